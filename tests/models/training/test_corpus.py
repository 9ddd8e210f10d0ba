"""The corpus holds to its own format and covers what it must, so that whoever extends it learns of a slip at once."""

import json
from collections import Counter
from pathlib import Path

import pytest

from models.labels import CATEGORY_OF, INTENTS, LANGUAGES, SENTIMENTS
from models.training.articles import read_articles
from models.training.corpus import (
    CHANNELS,
    CORPUS,
    SPLIT_FILE,
    CorpusError,
    Example,
    Part,
    part_of,
    parts,
    read_batch,
    read_corpus,
)
from models.training.material import read_material

LEAST = {"en": 12, "es": 9, "fr": 9, "de": 9, "ja": 9, "zh": 9}
HEAD = "language: en\nsetting: a shop for lamps\nvoice: calm people"
MESSAGE = "@ track_order negative chat urgent human\nWhere is my parcel?\nIt has been a week."
OTHER = "@ thanks very_positive sms\nThank you, the lamp is lovely!"


def batch(folder: Path, *blocks: str, name: str = "en-99") -> Path:
    (folder / "messages").mkdir(exist_ok=True)
    path = folder / "messages" / f"{name}.txt"
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def corpus() -> list[Example]:
    return read_corpus()


def test_every_line_of_the_committed_corpus_is_valid(corpus: list[Example]) -> None:
    assert len(corpus) >= 5000
    assert len({example.id for example in corpus}) == len(corpus)


def test_every_intent_is_covered_in_every_language(corpus: list[Example]) -> None:
    counts = Counter((example.language, example.intent) for example in corpus)
    thin = [(code, intent) for code in LANGUAGES for intent in INTENTS if counts[code, intent] < LEAST[code]]
    assert thin == []


def test_every_sentiment_and_channel_occurs_in_every_language(corpus: list[Example]) -> None:
    assert {(e.language, e.sentiment) for e in corpus} == {(code, level) for code in LANGUAGES for level in SENTIMENTS}
    channels = set(CHANNELS) - {"unstated"}
    assert {(e.language, e.channel) for e in corpus} >= {(code, one) for code in LANGUAGES for one in channels}


def test_the_split_names_only_batches_that_exist(corpus: list[Example]) -> None:
    batches = {example.batch for example in corpus} | {file.batch for file in read_articles()}
    assert set(parts()) - batches == set()


def test_no_batch_is_in_two_parts() -> None:
    stored = json.loads((CORPUS / SPLIT_FILE).read_text("utf-8"))
    named = [batch for part in stored.values() for batch in part]
    assert len(named) == len(set(named))
    assert stored.keys() == {Part.CALIBRATION, Part.HELD_OUT}


def test_what_is_held_out_covers_every_language_and_intent(corpus: list[Example]) -> None:
    split = parts()
    held_out = [one for one in corpus if part_of(one.batch, split) is Part.HELD_OUT]
    assert {one.language for one in held_out} == set(LANGUAGES)
    assert {one.intent for one in held_out} == set(CATEGORY_OF)
    assert part_of("en-of-tomorrow", split) is Part.TRAINING


def test_a_run_reads_every_message_in_one_part(corpus: list[Example]) -> None:
    material = read_material(None, seed=1)
    assert sum(map(len, material.messages.values())) == len(corpus)
    assert material.public == []
    assert {one.batch for one in material.others} == {base.batch for base in material.bases[Part.TRAINING]}


def test_a_batch_is_read_as_it_is_written(tmp_path: Path) -> None:
    first, second = read_batch(batch(tmp_path, HEAD, MESSAGE, OTHER))
    assert (first.id, first.batch, first.language) == ("en-99-001", "en-99", "en")
    assert first.text == "Where is my parcel?\nIt has been a week."
    assert (first.intent, first.category, first.sentiment) == ("track_order", "shipping", "negative")
    assert (first.channel, first.urgent, first.wants_human) == ("chat", True, True)
    assert (second.id, second.urgent, second.wants_human) == ("en-99-002", False, False)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("@ tracking neutral chat\nx", "unknown intent"),
        ("@ thanks angry chat\nx", "unknown sentiment"),
        ("@ thanks neutral fax\nx", "unknown channel"),
        ("@ thanks neutral\nx", "unknown channel"),
        ("@ thanks\nx", "unknown sentiment"),
        ("@ thanks neutral chat soon\nx", "only urgent and human may follow"),
        ("@ thanks neutral chat\n  \n", "the message is empty"),
    ],
)
def test_a_broken_message_is_named_by_file_and_line(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(CorpusError, match=rf"^en-99\.txt:9: {complaint}"):
        list(read_batch(batch(tmp_path, HEAD, MESSAGE, line)))


def test_a_stray_line_before_the_messages_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^en-99\.txt:5: only language, setting and voice"):
        list(read_batch(batch(tmp_path, HEAD, "mood: bad", MESSAGE)))


@pytest.mark.parametrize(
    ("head", "name", "complaint"),
    [
        (HEAD.replace("language: en", "language: it"), "it-01", "must be one of the six"),
        (HEAD, "de-01", "begin the file's name"),
        ("language: en\nvoice: calm", "en-01", "setting is not said"),
    ],
)
def test_a_broken_heading_is_named_by_its_file(tmp_path: Path, head: str, name: str, complaint: str) -> None:
    with pytest.raises(CorpusError, match=rf"^{name}\.txt: .*{complaint}"):
        list(read_batch(batch(tmp_path, head, MESSAGE, name=name)))


def test_a_repeated_text_is_refused_unless_it_is_short(tmp_path: Path) -> None:
    short = "@ thanks positive chat\nThanks!"
    batch(tmp_path, HEAD, short, short)
    assert len(read_corpus(tmp_path)) == 2
    batch(tmp_path, HEAD, MESSAGE, OTHER, MESSAGE)
    with pytest.raises(CorpusError, match="en-99-003 repeats the text of en-99-001"):
        read_corpus(tmp_path)

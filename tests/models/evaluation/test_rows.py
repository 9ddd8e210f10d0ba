import json
from pathlib import Path

import pytest

from core.domain.enums import Category, Sentiment
from models.evaluation import read_rows
from models.training.corpus import CorpusError

ROW = {"id": 7, "text": "Where is my parcel?", "language": "en", "intent": "track_order", "sentiment": "neutral"}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_a_row_says_what_it_is_measured_by(tmp_path: Path) -> None:
    flags = {"urgent": True, "wants_human": False, "channel": "chat"}
    (example,) = read_rows(written(tmp_path, ROW | flags))
    assert (example.id, example.text, example.language) == ("7", "Where is my parcel?", "en")
    assert (example.intent, example.category, example.sentiment) == ("track_order", "shipping", Sentiment.NEUTRAL)
    assert (example.urgent, example.wants_human, example.channel) == (True, False, "chat")


def test_what_a_row_leaves_out_is_not_measured(tmp_path: Path) -> None:
    plain, stated = read_rows(written(tmp_path, {"text": "hi"}, "", {"text": "hi", "category": "billing"}))
    assert (plain.intent, plain.category, plain.sentiment, plain.urgent, plain.language) == (None, None, None, None, "")
    assert plain.channel == "unstated"
    assert plain.id == "rows-1"
    assert (stated.category, stated.id) == (Category.BILLING, "rows-3")


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "not JSON"),
        ([1], 'not an object with a "text"'),
        ({"id": 1}, 'not an object with a "text"'),
        ({"text": 5}, 'not an object with a "text"'),
        (ROW | {"intent": "lost"}, "intent is 'lost'; give one of .*track_order"),
        (ROW | {"category": "parcels"}, "category is 'parcels'"),
        (ROW | {"sentiment": "angry"}, "sentiment is 'angry'; give one of .*very_negative"),
        (ROW | {"language": "it"}, "language is 'it'; give one of en, es"),
        (ROW | {"urgent": "yes"}, "urgent is 'yes'"),
        (ROW | {"wants_human": 3}, "wants_human is 3"),
        (ROW | {"channel": "fax"}, "channel is 'fax'"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, bad: object, complaint: str) -> None:
    with pytest.raises(CorpusError, match=rf"^rows\.jsonl:3: {complaint}"):
        read_rows(written(tmp_path, ROW, "", bad))


def test_batches_of_the_corpus_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "en-99.txt"
    path.write_text("language: en\nsetting: a shop\nvoice: calm\n\n@ thanks positive chat\nThank you!\n", "utf-8")
    (example,) = read_rows(path)
    assert (example.id, example.intent) == ("en-99-001", "thanks")

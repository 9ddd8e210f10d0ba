"""Heads that learn from corrections, with the real body and a short corpus."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from core.domain.corrections import CorrectedLabel, Correction
from core.domain.enums import Sentiment
from core.domain.errors import Conflict, Unavailable
from core.domain.ports import AnalyzerState, Trainer, Urgency
from models.analyzer import LocalAnalyzer
from models.encoder import Encoder
from models.heads import Heads, metadata_of
from models.labels import INTENTS
from models.retraining import FOLDS, Lessons, fit, read_lessons, retrained
from models.trainer import HeadsTrainer
from models.training.corpus import Example, Part
from models.weights import ARTEFACTS, find_weights

pytestmark = pytest.mark.model

TAUGHT: Final = "error_report"
SHORT: Final = 120
WORDS: Final = tuple(
    (thing, place)
    for thing in ("wombat", "otter", "badger", "lynx", "marmot", "stoat")
    for place in ("Lund", "Graz", "Brno", "Ghent", "Turku")
)


def about_animals(number: int) -> str:
    """A message like thirty others, whose right label nobody could guess."""
    thing, place = WORDS[number]
    return f"The {thing} plan for {place}: please switch my {thing} to the evening tariff, file {number}."


def corrections(numbers: Sequence[int] = range(30)) -> list[Correction]:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    label = CorrectedLabel("intent", TAUGHT, "product_question", "user:1", "Ada", moment)
    return [Correction(1000 + one, one, about_animals(one), "en", "email", (label,)) for one in numbers]


def examples(numbers: Sequence[int] = range(30)) -> list[Example]:
    return [Example(str(one), about_animals(one), "en", str(one), intent=TAUGHT) for one in numbers]


Read = tuple[Heads, dict[Part, Lessons], Lessons]


@pytest.fixture(scope="module")
def read() -> Read:
    """The shipped heads, a short corpus and thirty corrections, all read by the body."""
    weights = find_weights()
    encoder = Encoder.load(weights)
    corpus, lessons = read_lessons(encoder, examples(), lambda _step, _share: None, most=SHORT)
    return Heads.load(weights.heads, encoder.features), corpus, lessons


def test_thirty_corrections_teach_an_intent_that_other_messages_show(read: Read) -> None:
    heads, corpus, lessons = read
    steps: list[tuple[str, float]] = []
    outcome = retrained(heads, corpus, lessons, lambda step, share: steps.append((step, share)))
    assert outcome.before["corrections"]["intent"] <= 0.2
    assert outcome.after["corrections"]["intent"] >= 0.8
    assert outcome.after["held_out"]["category"] >= outcome.before["held_out"]["category"] - 0.08
    assert outcome.after["held_out"]["messages"] == len(corpus[Part.HELD_OUT].examples)
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert len(steps) == 1 + FOLDS + 1


def test_a_correction_is_judged_by_heads_that_did_not_see_its_ticket(read: Read) -> None:
    """Random features: what heads saw they know, what they did not see they can't."""
    heads, corpus, lessons = read
    chance = np.random.default_rng(3)
    noise = chance.standard_normal(lessons.features.shape).astype(np.float32)
    labels = [INTENTS[row % len(INTENTS)] for row in range(30)]
    odd = Lessons([replace(one, intent=label) for one, label in zip(lessons.examples, labels, strict=True)], noise)
    outcome = retrained(heads, corpus, odd, lambda _step, _share: None)
    assert outcome.after["corrections"]["intent"] <= 0.2
    seen = outcome.heads.judge(outcome.heads.logits(noise), ["en"] * 30)
    assert sum(one.intent == label for one, label in zip(seen, labels, strict=True)) >= 15


def test_corrections_of_a_single_ticket_are_not_judged(read: Read) -> None:
    heads, corpus, lessons = read
    outcome = retrained(heads, corpus, lessons.take([0]), lambda _step, _share: None)
    assert outcome.after["corrections"] == {}
    assert outcome.before["corrections"]["messages"] == 1


def test_what_a_correction_does_not_say_is_left_as_it_was(read: Read) -> None:
    """A mood alone leaves the intents to the corpus."""
    heads, corpus, lessons = read
    moods = [replace(one, intent=None, sentiment=Sentiment.VERY_NEGATIVE) for one in lessons.examples]
    nothing = fit(heads, corpus[Part.TRAINING], lessons.take([]))
    taught = fit(heads, corpus[Part.TRAINING], Lessons(moods, lessons.features))
    spans = [slice(0, len(INTENTS)), slice(len(INTENTS), len(INTENTS) + 5)]
    apart = [float(np.abs(taught.weight[:, span] - nothing.weight[:, span]).max()) for span in spans]
    assert apart[0] < 0.1 * apart[1]


def test_the_same_corrections_make_the_same_heads(read: Read) -> None:
    heads, corpus, lessons = read
    first, second = (fit(heads, corpus[Part.TRAINING], lessons) for _ in range(2))
    assert np.allclose(first.weight, second.weight)


# --- The process of its own ---


async def test_a_process_of_its_own_makes_heads_for_the_installed_encoder() -> None:
    trainer: Trainer = HeadsTrainer(most=SHORT)
    steps: list[str] = []
    made = await trainer.retrain(corrections(range(0, 30, 3)), None, lambda step, _: steps.append(step))
    assert made.encoder == find_weights().body_name
    assert metadata_of(made.heads)["body"] == made.encoder
    assert set(steps) == {"features", "training", "checking"}
    assert made.before["corrections"]["messages"] == 10
    json.dumps([made.before, made.after])


async def test_a_run_that_is_cancelled_leaves_no_process() -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(HeadsTrainer().retrain(corrections(), None, lambda _step, _share: begun.set()))
    await asyncio.wait_for(begun.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [command for command in _children() if "models.trainer" in command]


def _children() -> list[str]:
    """Command lines of the processes that this one started."""
    lists = [(one / "children").read_text().split() for one in Path("/proc/self/task").iterdir()]
    return [Path(f"/proc/{pid}/cmdline").read_text() for pids in lists for pid in pids]


async def test_a_run_without_weights_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"manifest\.json is missing"):
        await HeadsTrainer(tmp_path).retrain(corrections(), None, lambda _step, _share: None)


# --- The swap ---


@pytest.fixture(scope="module")
def taught(read: Read) -> bytes:
    heads, corpus, lessons = read
    return fit(heads, corpus[Part.TRAINING], lessons).packed(find_weights().body_name)


@pytest.fixture
async def analyzer() -> LocalAnalyzer:
    local = LocalAnalyzer()
    local.start()
    assert await local.settled() is AnalyzerState.READY
    return local


async def test_heads_are_swapped_between_batches_and_vectors_stay_comparable(
    analyzer: LocalAnalyzer, taught: bytes
) -> None:
    text = about_animals(7)
    (before,) = await analyzer.analyse([text])
    waiting = asyncio.ensure_future(analyzer.analyse([text] * 200, Urgency.BULK))
    await asyncio.sleep(0)
    await analyzer.use_heads(taught)
    (after,) = await analyzer.analyse([text], Urgency.INTERACTIVE)
    assert after.intent == TAUGHT != before.intent
    assert after.model != before.model
    assert after.encoder == before.encoder == analyzer.encoder
    assert after.embedding == before.embedding or np.allclose(
        np.frombuffer(after.embedding, "<f4"), np.frombuffer(before.embedding, "<f4"), atol=0.02
    )
    assert after.model in analyzer.detail
    for one in await waiting:
        assert (one.intent == TAUGHT) == (one.model == after.model)
    await analyzer.use_heads(None)
    (again,) = await analyzer.analyse([text])
    assert (again.model, again.intent) == (before.model, before.intent)
    analyzer.close()


async def test_heads_given_before_the_model_is_loaded_are_in_place_from_the_first_message(taught: bytes) -> None:
    local = LocalAnalyzer()
    await local.use_heads(taught)
    local.start()
    await local.settled()
    (found,) = await local.analyse([about_animals(3)])
    assert found.intent == TAUGHT
    local.close()


async def test_heads_that_do_not_fit_are_refused_and_change_nothing(analyzer: LocalAnalyzer, read: Read) -> None:
    heads, *_ = read
    shipped = (ARTEFACTS / "heads.safetensors").read_bytes()
    small = replace(heads, weight=heads.weight[:10])
    (before,) = await analyzer.analyse(["Hello"])
    for raw, told in (
        (heads.packed("0123456789"), "0123456789"),
        (small.packed(), "another body"),
        (shipped[:-100], "not a heads file"),
        (b"", "cut off"),
        (shipped.replace(b"very_negative", b"very_nogative"), "other labels"),
    ):
        with pytest.raises(Conflict, match=told):
            await analyzer.use_heads(raw)
    (after,) = await analyzer.analyse(["Hello"])
    assert after.model == before.model
    analyzer.close()

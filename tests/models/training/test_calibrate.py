import numpy as np
import pytest

from core.domain.enums import Sentiment
from models.heads import FLAG_SPAN, INTENT_SPAN, OUTPUTS, Heads
from models.labels import INTENTS, LANGUAGES
from models.training.calibrate import _threshold, calibrated
from models.training.corpus import Example

COUNT = 240


@pytest.fixture
def boastful() -> Heads:
    """Each feature stands for an output and is heard far too loudly."""
    return Heads(
        weight=np.eye(OUTPUTS, dtype=np.float32) * 3,
        bias=np.zeros(OUTPUTS, dtype=np.float32),
        temperatures=np.ones((len(LANGUAGES) + 1, 3), dtype=np.float32),
        thresholds=np.full(2, 0.5, dtype=np.float32),
    )


def messages(right: float) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], list[Example]]:
    """Features that name an intent, and messages that have it as often as said."""
    chance = np.random.default_rng(3)
    features = chance.normal(0, 0.3, (COUNT, OUTPUTS)).astype(np.float32)
    examples = []
    for row in range(COUNT):
        intent = int(chance.integers(len(INTENTS)))
        features[row, INTENT_SPAN.start + intent] += 4
        urgent = row % 5 == 0
        features[row, FLAG_SPAN.start] += 2 if urgent else -2
        truth = intent if chance.random() < right else int(chance.integers(len(INTENTS)))
        examples.append(
            Example(
                id=str(row),
                text="x",
                language=LANGUAGES[row % 6],
                batch="b",
                intent=INTENTS[truth],
                sentiment=Sentiment.NEUTRAL,
                urgent=urgent,
                wants_human=False,
            )
        )
    return features, examples


def surprise(
    heads: Heads, features: np.ndarray[tuple[int, int], np.dtype[np.float32]], examples: list[Example]
) -> float:
    said = heads.probabilities(heads.logits(features), [one.language for one in examples]).intents
    truth = [INTENTS.index(one.intent or "") for one in examples]
    return float(-np.log(said[np.arange(len(truth)), truth] + 1e-9).mean())


def test_heads_that_claim_too_much_are_cooled(boastful: Heads) -> None:
    features, examples = messages(right=0.6)
    sober = calibrated(boastful, features, examples)
    assert surprise(sober, features, examples) < surprise(boastful, features, examples) - 0.2
    assert (sober.temperatures[:, 1] > 1.2).all()


def test_calibration_changes_no_answer(boastful: Heads) -> None:
    features, examples = messages(right=0.6)
    sober = calibrated(boastful, features, examples)
    languages = [one.language for one in examples]
    before, after = (heads.probabilities(heads.logits(features), languages).intents for heads in (boastful, sober))
    assert before.argmax(1).tolist() == after.argmax(1).tolist()


def test_a_flag_is_told_where_it_divides(boastful: Heads) -> None:
    features, examples = messages(right=0.9)
    sober = calibrated(boastful, features, examples)
    said = sober.judge(sober.logits(features), [one.language for one in examples])
    assert [judgement.flags["urgent"] for judgement in said] == [one.urgent for one in examples]


def test_the_threshold_stands_in_the_middle_of_the_best() -> None:
    probabilities = np.array([0.1, 0.2, 0.3, 0.7, 0.8], dtype=np.float32)
    assert _threshold(probabilities, probabilities > 0.5) == pytest.approx(0.5, abs=0.02)


def test_a_language_with_few_messages_stays_near_all(boastful: Heads) -> None:
    features, examples = messages(right=0.6)
    few = [row for row, one in enumerate(examples) if one.language != "zh" or row < 12]
    sober = calibrated(boastful, features[few], [examples[row] for row in few])
    common, chinese = sober.temperatures[-1, 1], sober.temperatures[LANGUAGES.index("zh"), 1]
    assert 0.8 < chinese / common < 1.25

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.domain.enums import Category
from models.heads import INTENT_SPAN, OUTPUTS, Heads, categories_of, sigmoid, softmax, standardised
from models.labels import CATEGORY_OF, INTENTS, LANGUAGES

FEATURES = 6
logits_of_any_kind = arrays(np.float32, (3, OUTPUTS), elements=st.floats(-30, 30, width=32))


@pytest.fixture
def plain() -> Heads:
    """Heads whose temperatures change nothing."""
    return Heads(
        weight=np.zeros((FEATURES, OUTPUTS), dtype=np.float32),
        bias=np.zeros(OUTPUTS, dtype=np.float32),
        temperatures=np.ones((len(LANGUAGES) + 1, 3), dtype=np.float32),
        thresholds=np.full(2, 0.5, dtype=np.float32),
    )


@given(logits_of_any_kind)
@settings(max_examples=60, deadline=None)
def test_the_intent_always_belongs_to_the_category(logits: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    heads = Heads(
        np.zeros((FEATURES, OUTPUTS), dtype=np.float32),
        np.zeros(OUTPUTS, dtype=np.float32),
        np.full((len(LANGUAGES) + 1, 3), 1.5, dtype=np.float32),
        np.full(2, 0.5, dtype=np.float32),
    )
    for judgement in heads.judge(logits, ["en", "zh", "und"]):
        assert CATEGORY_OF[judgement.intent] is judgement.category
        assert 0.0 <= judgement.intent_confidence <= judgement.category_confidence + 1e-5 <= 1.0 + 1e-5
        assert judgement.sentiment_confidence + 1e-5 >= 0.2


def test_many_likely_intents_of_one_category_beat_a_lone_one(plain: Heads) -> None:
    logits = np.full((1, OUTPUTS), -20.0, dtype=np.float32)
    billing = [place for place, intent in enumerate(INTENTS) if CATEGORY_OF[intent] is Category.BILLING]
    logits[0, billing] = 0.0
    logits[0, INTENTS.index("track_order")] = 0.5
    (judgement,) = plain.judge(logits, ["en"])
    assert judgement.category is Category.BILLING


def test_warmth_makes_less_sure_and_changes_no_order(plain: Heads) -> None:
    logits = np.zeros((1, OUTPUTS), dtype=np.float32)
    logits[0, :3] = [4.0, 3.0, 2.0]
    warm = Heads(plain.weight, plain.bias, plain.temperatures * 2, plain.thresholds)
    sure, unsure = plain.probabilities(logits, ["de"]).intents[0], warm.probabilities(logits, ["de"]).intents[0]
    assert unsure.max() < sure.max()
    assert np.argsort(-unsure)[:3].tolist() == np.argsort(-sure)[:3].tolist()


def test_each_language_has_its_own_warmth_and_others_share_one(plain: Heads) -> None:
    temperatures = np.linspace(1, 4, (len(LANGUAGES) + 1) * 3, dtype=np.float32).reshape(-1, 3)
    heads = Heads(plain.weight, plain.bias, temperatures, plain.thresholds)
    logits = np.tile(np.linspace(0, 5, OUTPUTS, dtype=np.float32), (3, 1))
    english, unknown, foreign = heads.probabilities(logits, ["en", "und", "xx"]).intents.max(1)
    assert english > unknown == foreign


def test_a_flag_holds_from_its_threshold_on(plain: Heads) -> None:
    heads = Heads(plain.weight, plain.bias, plain.temperatures, np.array([0.5, 0.6], dtype=np.float32))
    (judgement,) = heads.judge(np.zeros((1, OUTPUTS), dtype=np.float32), ["en"])
    assert judgement.flags == {"urgent": True, "wants_human": False}


def test_probabilities_add_up() -> None:
    intents = softmax(np.random.default_rng(1).normal(0, 9, (7, INTENT_SPAN.stop)).astype(np.float32))
    assert intents.sum(1) == pytest.approx(1.0, abs=1e-5)
    assert categories_of(intents).sum(1) == pytest.approx(1.0, abs=1e-5)


def test_extreme_scores_overflow_nothing() -> None:
    scores = np.array([[-1e30, 0.0, 1e30]], dtype=np.float32)
    assert sigmoid(scores)[0].tolist() == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)
    assert softmax(scores)[0].tolist() == [0.0, 0.0, 1.0]


def test_features_are_read_without_their_scale() -> None:
    features = np.random.default_rng(2).normal(3, 5, (4, 50)).astype(np.float32)
    assert standardised(features) == pytest.approx(standardised(features * 7 + 2), abs=1e-3)
    assert standardised(features).mean(1) == pytest.approx(0.0, abs=1e-5)
    assert np.isfinite(standardised(np.zeros((1, 50), dtype=np.float32))).all()

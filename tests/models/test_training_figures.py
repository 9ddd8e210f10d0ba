"""The training's arithmetic, and that a run learns what is there to learn."""

import json

import numpy as np
import pytest

from core.domain.enums import Sentiment
from models.confidence import AnswerScorer
from models.features import SURFACE_SIZE, ngrams
from models.heads import LABELS, dense_signs
from models.training.baseline import keyword_accuracy
from models.training.corpus import Example
from models.training.evaluate import binary_scores, calibration_error, evaluate, macro_f1, quadratic_kappa
from models.training.fit import Recipe, fit
from models.training.inputs import Inputs, rarity_of
from models.weights import ARTEFACTS

RECIPE = Recipe(steps=60)


def labelled(number: int, text: str, intent: str, sentiment: Sentiment) -> Example:
    return Example(
        f"t-{number}", text, "en", "t", intent, sentiment, urgent=False, wants_human=False, thanks_only=False
    )


def inputs_of(examples: list[Example]) -> Inputs:
    texts = [example.text for example in examples]
    vectors = np.zeros((len(texts), 8), dtype=np.float32)
    return Inputs(dense_signs(vectors, texts, ["en"] * len(texts)), ngrams(texts), ["en"] * len(texts))


def test_perfect_answers_have_perfect_figures() -> None:
    gold = np.array([0, 1, 2, 3, 4, 2])
    assert macro_f1(gold, gold, 5) == 1.0
    assert quadratic_kappa(gold, gold, 5) == 1.0
    assert binary_scores([True, False], [True, False]) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_chance_agreement_has_no_kappa() -> None:
    assert quadratic_kappa(np.array([0, 4, 0, 4]), np.array([0, 0, 4, 4]), 5) == 0.0


def test_claiming_nothing_is_precise_and_useless() -> None:
    assert binary_scores([False, False], [True, False]) == {"precision": 1.0, "recall": 0.0, "f1": 0.0}


@pytest.mark.parametrize(("confidence", "error"), [(1.0, 0.5), (0.5, 0.0)])
def test_calibration_error_is_the_gap_between_claim_and_truth(confidence: float, error: float) -> None:
    assert calibration_error([confidence] * 4, [True, False, True, False]) == error


def test_heads_learn_from_ngrams_alone_and_again_the_same() -> None:
    texts = ["refund my order", "refund the money", "printer error code", "error on the screen"]
    intents = ["request_refund", "request_refund", "error_report", "error_report"]
    examples = [
        labelled(number, text, intent, Sentiment.NEGATIVE)
        for number, (text, intent) in enumerate(zip(texts, intents, strict=True))
    ]
    inputs = inputs_of(examples)
    heads = fit(examples, inputs, RECIPE, seed=1)
    assert evaluate(heads, examples, inputs)["en"]["intent_accuracy"] == 1.0
    again = fit(examples, inputs, RECIPE, seed=1)
    assert np.array_equal(heads.dense, again.dense)
    assert np.array_equal(heads.ngram, again.ngram)
    assert heads.bias.shape == (len(LABELS),)


def test_rows_without_a_label_teach_only_the_other_heads() -> None:
    silent = [Example("s-1", "lovely", "en", "s", sentiment=Sentiment.VERY_POSITIVE)]
    heads = fit(silent, inputs_of(silent), RECIPE, seed=1)
    (judgement,) = heads.judge(inputs_of(silent).dense, ngrams(["lovely"]), ["en"])
    assert judgement.sentiment is Sentiment.VERY_POSITIVE
    assert judgement.intent_confidence == pytest.approx(1 / 45, abs=0.01)


def test_chosen_and_joined_inputs_keep_their_rows() -> None:
    examples = [labelled(n, text, "unclear", Sentiment.NEUTRAL) for n, text in enumerate(["one", "two words", "three"])]
    inputs = inputs_of(examples)
    turned = inputs.rows([2]).joined(inputs.rows([0, 1]))
    assert np.array_equal(turned.grams.buckets[: turned.grams.offsets[1]], ngrams(["three"]).buckets)
    assert turned.dense.shape == inputs.dense.shape
    assert inputs.dense.shape[1] > SURFACE_SIZE


def test_frequent_ngrams_weigh_less() -> None:
    grams = ngrams(["alpha", "alpha", "alpha beta"])
    rarity = rarity_of(grams, 3)
    assert rarity[grams.buckets[0]] < rarity.max()


def test_the_keyword_yardstick_knows_its_words() -> None:
    examples = [labelled(1, "my parcel and its tracking", "track_order", Sentiment.NEUTRAL)]
    assert keyword_accuracy(examples) == 1.0


def test_committed_answer_confidence_is_careful() -> None:
    """Leave-a-batch-out figures of the training run: from 0.80 on, at least 95 % of the answers are right."""
    metrics = json.loads((ARTEFACTS / "metrics.json").read_text("utf-8"))
    assert metrics["answers"]["at"]["0.8"]["precision"] >= 0.95
    scorer = AnswerScorer.load(ARTEFACTS / "confidence.json")
    near = scorer.probability("How do I cancel my plan?", "Cancel your plan. Open Billing and choose Cancel.", 0.8, 0.3)
    far = scorer.probability("How do I cancel my plan?", "Clean the machine once a month.", 0.1, 0.0)
    assert near > far


def test_committed_figures_beat_the_yardsticks() -> None:
    metrics = json.loads((ARTEFACTS / "metrics.json").read_text("utf-8"))
    for code, keywords in metrics["baselines"]["keywords_category_accuracy"].items():
        accuracy = metrics["held_out"][code]["category_accuracy"]
        assert accuracy > keywords
        assert accuracy >= metrics["baselines"]["embedding_only"][code]["category_accuracy"]

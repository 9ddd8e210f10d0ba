from dataclasses import replace

import numpy as np
import pytest

from core.domain.analysis import Analysis, Candidate
from core.domain.enums import Category
from models.answers import SIGNS, AnswerScorer, signs_of
from models.weights import Weights
from tests.factories import an_analysis

QUESTION = "How do I cancel my subscription?"
CANCEL = Candidate(
    title="Cancel your subscription",
    body="Open Billing, choose Plan and then Cancel. You keep access until the end of the paid period.",
    language="en",
    category="billing",
    intents=("cancel_subscription",),
    passage_cosine=0.82,
    sentence_cosine=0.8,
    question_cosine=0.9,
    has_questions=True,
)
LAMPS = replace(
    CANCEL,
    title="Our lamps",
    body="All lamps.",
    intents=(),
    passage_cosine=0.6,
    sentence_cosine=0.6,
    question_cosine=0.55,
)


def analysis(**changes: object) -> Analysis:
    return an_analysis(**{"category": Category.BILLING, "intent": "cancel_subscription", **changes})


def sign(name: str, question: str, told: Analysis, *candidates: Candidate) -> list[float]:
    values = signs_of(question, told, candidates)
    return [float(value) for value in values[:, SIGNS.index(name)]]


def test_each_candidate_has_a_row_of_signs() -> None:
    assert signs_of(QUESTION, analysis(), [CANCEL, LAMPS]).shape == (2, len(SIGNS))
    assert signs_of(QUESTION, analysis(), []).shape == (0, len(SIGNS))
    assert np.isfinite(signs_of("", analysis(), [CANCEL])).all()


def test_the_lead_is_what_one_is_nearer_than_its_best_rival() -> None:
    ahead, behind = sign("lead", QUESTION, analysis(), CANCEL, LAMPS)
    assert ahead == pytest.approx(-behind)
    assert ahead > sign("lead", QUESTION, analysis(), CANCEL)[0] > 0


def test_words_are_shared_across_their_forms() -> None:
    whole, none = sign("covered_words", "cancelling subscriptions", analysis(), CANCEL, LAMPS)
    assert (whole, none) == (1.0, 0.0)


def test_words_of_languages_without_blanks_are_shared_in_pairs() -> None:
    japanese = replace(CANCEL, title="解約の方法", body="設定から解約できます。", language="ja")
    assert sign("shared_words", "解約したい", analysis(language="ja"), japanese)[0] > 0


def test_a_code_that_the_article_lacks_is_noticed() -> None:
    named = replace(CANCEL, body="Error 4410 means that the plan has ended.")
    assert sign("missing_codes", "error 4410 on my plan", analysis(), named, CANCEL) == [0.0, 1.0]


def test_messages_that_ask_nothing_are_marked() -> None:
    assert sign("asks_nothing", "thanks!", analysis(intent="thanks"), CANCEL) == [1.0]


def test_an_article_in_another_language_is_marked() -> None:
    assert sign("other_language", QUESTION, analysis(language="fr"), CANCEL) == [1.0]


def test_an_empty_question_is_answered_by_nothing() -> None:
    scorer = AnswerScorer((100.0,) * len(SIGNS), 50.0)
    assert scorer.probabilities("  ", analysis(), [CANCEL, LAMPS]) == [0.0, 0.0]


def test_extreme_weights_stay_probabilities() -> None:
    sure = AnswerScorer((1e6,) * len(SIGNS), 1e6).probabilities(QUESTION, analysis(), [CANCEL])[0]
    never = AnswerScorer((0.0,) * len(SIGNS), -1e6).probabilities(QUESTION, analysis(), [CANCEL])[0]
    assert 0.0 <= never < 0.01
    assert 0.99 < sure <= 1.0


def test_the_committed_scorer_prefers_what_fits(weights: Weights) -> None:
    scorer = AnswerScorer.load(weights.answers)
    fitting, foreign = scorer.probabilities(QUESTION, analysis(), [CANCEL, LAMPS])
    assert fitting > foreign


def test_tokens_of_the_question_that_an_article_does_not_meet_speak_against_it() -> None:
    met = replace(CANCEL, token_cosines=(0.9, 0.8, 0.9))
    partly = replace(LAMPS, token_cosines=(0.9, 0.1, 0.9))
    for name in ("tokens", "telling_tokens", "worst_tokens"):
        whole, less = sign(name, QUESTION, analysis(), met, partly)
        assert whole > less
        ahead, behind = sign(f"{name}_lead", QUESTION, analysis(), met, partly)
        assert ahead == pytest.approx(-behind)
    assert sign("telling_tokens", QUESTION, analysis(), met, partly) == pytest.approx([0.8, 0.1])


def test_without_tokens_nothing_is_said_of_them() -> None:
    both = [replace(CANCEL, token_cosines=(0.9,)), LAMPS]
    assert sign("tokens", QUESTION, analysis(), *both) == [0.0, 0.0]

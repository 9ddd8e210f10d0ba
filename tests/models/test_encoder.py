"""The committed body: order, batches, unit vectors."""

import numpy as np
import pytest

from models.encoder import Encoder, _passes
from models.tokens import QUERY

pytestmark = pytest.mark.model

TOLERANCE = 0.03
"""How far a feature may differ between a text alone and in a batch: bf16 adds up in another order."""
TEXTS = [
    "Where is my parcel?",
    "Ich möchte mein Abonnement kündigen, und zwar sofort. " * 12,
    "返金してほしいです",
    "",
    "La app se cierra sola al abrir la cámara.",
    "我的订单在哪里" * 40,
    "ok",
]


def test_a_text_is_read_the_same_alone_and_in_a_batch(encoder: Encoder) -> None:
    together = encoder.read(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = encoder.read([text])
        assert np.abs(alone.vectors[0] - together.vectors[row]).max() < TOLERANCE
        scale = np.abs(together.features[row]).max()
        assert np.abs(alone.features[0] - together.features[row]).max() < TOLERANCE * scale


def test_order_is_kept_whatever_the_lengths(encoder: Encoder) -> None:
    forth, back = encoder.read(TEXTS).vectors, encoder.read(TEXTS[::-1]).vectors[::-1]
    likeness = forth @ back.T
    assert np.diag(likeness) == pytest.approx(1.0, abs=TOLERANCE)
    assert likeness.argmax(1).tolist() == list(range(len(TEXTS)))


def test_vectors_have_length_one_and_features_their_width(encoder: Encoder) -> None:
    readings = encoder.read(TEXTS)
    assert readings.vectors.shape == (len(TEXTS), encoder.dimension)
    assert readings.features.shape == (len(TEXTS), encoder.features)
    assert np.linalg.norm(readings.vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_a_question_lies_nearer_to_what_answers_it(encoder: Encoder) -> None:
    texts = ["Cancel your plan under Billing, Plan, Cancel.", "Descale the coffee machine monthly."]
    passages = encoder.embed(texts).vectors
    (question,) = encoder.embed(["how do i end my subscription"], QUERY).vectors
    assert (passages @ question).argmax() == 0


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.read([]).features.shape == (0, encoder.features)
    assert encoder.embed([]).vectors.shape == (0, encoder.dimension)


def test_passes_take_every_row_once_and_stay_within_their_size() -> None:
    lengths = [5, 160, 9, 31, 160, 12, 8, 90] * 20
    passes = list(_passes(lengths))
    assert sorted(row for chosen in passes for row in chosen) == list(range(len(lengths)))
    assert all(max(lengths[row] for row in chosen) * len(chosen) <= 1024 for chosen in passes)


def test_a_text_has_a_vector_for_each_of_its_tokens_and_none_for_its_frame(encoder: Encoder) -> None:
    texts = ["Where is my parcel?", "", TEXTS[2]]
    readings = encoder.read(texts)
    for text, tokens in zip(texts, readings.tokens, strict=True):
        assert len(tokens) == len(encoder.tokens_of(text)) - encoder._tokens.overhead(QUERY)
    alone = encoder.read(texts[:1]).tokens[0].astype(float) / 127
    assert (alone * (readings.tokens[0].astype(float) / 127)).sum(1).min() > 0.98

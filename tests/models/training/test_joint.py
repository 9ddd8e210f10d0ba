"""The joint run on a body of one small layer: each loss alone, and a run that goes on where it stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.heads import INTENT_SPAN, OUTPUTS
from models.labels import INTENTS
from models.network import Body, Shape
from models.tokens import QUERY, Tokens
from models.training.artefact import heads_of
from models.training.joint import (
    Lesson,
    Reader,
    Recipe,
    Trained,
    _softened,
    _unlikeness,
    passage,
    shortened,
    train,
)
from models.training.reading import opinions_of, vectors_of
from tests.models.training.conftest import HIDDEN, RECIPE


def run(
    body: Body, reader: Reader, lesson: Lesson, recipe: Recipe, checkpoint: Path, *, told: list[str] | None = None
) -> Trained:
    report = (told if told is not None else []).append
    return train(
        Trained(body), reader, lesson, recipe, seed=5, report=report, check=lambda _: "checked", checkpoint=checkpoint
    )


def states(model: Trained) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def test_a_run_that_was_stopped_goes_on_where_it_stopped(
    body: Body, reader: Reader, lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched = {name: tensor.clone() for name, tensor in body.state_dict().items()}

    class Cut(Exception):
        """The power fails after the first epoch."""

    def check(_: Trained) -> str:
        raise Cut

    with pytest.raises(Cut):
        train(
            Trained(body),
            reader,
            lesson,
            RECIPE,
            seed=5,
            report=lambda _: None,
            check=check,
            checkpoint=tmp_path / "run.pt",
        )
    stopped = torch.load(tmp_path / "run.pt", weights_only=True)
    assert stopped["epoch"] == 1

    body.load_state_dict(untouched)
    told: list[str] = []
    finished = run(body, reader, lesson, RECIPE, tmp_path / "run.pt", told=told)
    stored = torch.load(tmp_path / "run.pt", weights_only=True)
    assert told[0] == "going on after epoch 1"
    assert (stored["epoch"], stored["step"]) == (2, 2 * stopped["step"])
    assert stored["schedule"]["last_epoch"] == stored["step"]

    body.load_state_dict(untouched)
    third = run(body, reader, lesson, RECIPE, tmp_path / "run.pt")
    for name, tensor in states(finished).items():
        assert torch.equal(tensor, third.state_dict()[name]), name


def test_a_run_learns_what_it_is_shown(body: Body, reader: Reader, lesson: Lesson, tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=8, noise=0.0)
    told: list[str] = []
    trained = run(body, reader, lesson, recipe, tmp_path / "run.pt", told=told)
    examples = [text.example for text in lesson.labelled]
    opinions = opinions_of(trained, reader, [one.text for one in examples], lambda _: None)
    said = [INTENTS[place] for place in opinions[:, INTENT_SPAN].argmax(1)]
    assert np.mean([a == b.intent for a, b in zip(said, examples, strict=True)]) > 0.9
    assert told[-1] == "epoch 8/8: checked"
    assert not trained.training


def test_the_table_of_pieces_is_left_alone(body: Body, reader: Reader, lesson: Lesson, tmp_path: Path) -> None:
    before = body.bert.embeddings.word_embeddings.weight.detach().clone()
    run(body, reader, lesson, replace(RECIPE, epochs=1), tmp_path / "run.pt")
    assert torch.equal(before, body.bert.embeddings.word_embeddings.weight)


def test_a_shortened_network_keeps_the_named_layers_and_the_heads(tokens: Tokens) -> None:
    vocabulary = tokens._tokenizer.get_vocab_size()
    whole = Trained(Body(Shape(layers=3, vocabulary=vocabulary, hidden=HIDDEN, intermediate=32)))
    with torch.no_grad():
        whole.heads.weight.normal_()
    short = shortened(whole, (0, 2))
    kept = short.state_dict()
    for name, tensor in whole.state_dict().items():
        if ".layer.1." not in name:
            assert torch.equal(kept[name.replace(".layer.2.", ".layer.1.")], tensor), name
    assert short.body.shape.layers == 2


def test_untrained_heads_have_no_opinion(body: Body, reader: Reader) -> None:
    trained = Trained(body)
    assert not opinions_of(trained, reader, ["hello", "a longer text"], lambda _: None).any()
    heads = heads_of(trained)
    assert heads.weight.shape == (body.shape.features, OUTPUTS)


def test_vectors_are_given_in_the_order_of_the_texts(body: Body, reader: Reader) -> None:
    texts = ["a much longer text about parcels", "hi", "another one of middle size"]
    together = vectors_of(body, reader, texts, lambda _: None)
    alone = np.concatenate([vectors_of(body, reader, [text], lambda _: None) for text in texts])
    assert np.abs(together - alone).max() < 0.02


def test_a_batch_is_padded_to_eights_and_masked(reader: Reader, tokens: Tokens) -> None:
    ids, mask = reader.batch(["hi", "where is my parcel"], QUERY)
    assert ids.shape == mask.shape
    assert ids.shape[1] % 8 == 0
    assert mask.sum(1).tolist() == [len(row) for row in tokens.numbers(["hi", "where is my parcel"], QUERY, 24)]


def test_neighbouring_sentiments_share_a_little() -> None:
    softened = _softened(torch.tensor([0, 2]))
    assert softened.sum(1).tolist() == pytest.approx([1.0, 1.0])
    assert softened[1, 1] == softened[1, 3] > softened[1, 0] == 0
    assert softened.argmax(1).tolist() == [0, 2]


def test_being_like_the_teacher_costs_nothing(lesson: Lesson) -> None:
    texts = lesson.labelled[:3]
    same = torch.from_numpy(np.stack([text.vector for text in texts if text.vector is not None]))
    assert _unlikeness(same, texts).item() == pytest.approx(0.0, abs=1e-5)
    assert _unlikeness(-same, texts).item() == pytest.approx(2.0, abs=1e-5)


def test_an_article_is_embedded_with_its_title() -> None:
    assert passage("Bulbs", "Turn it.") == "Bulbs\nTurn it."

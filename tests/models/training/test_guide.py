"""A small network that is taught by a larger one."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.heads import OUTPUTS, SENTIMENT_SPAN
from models.network import Body, Shape
from models.tokens import QUERY, Tokens
from models.training.guide import Guide, opinion_gap
from models.training.joint import Lesson, Reader, Trained, train
from tests.models.training.conftest import HIDDEN, RECIPE


@pytest.fixture
def teacher(tokens: Tokens) -> Trained:
    torch.manual_seed(3)
    whole = Trained(Body(Shape(2, tokens._tokenizer.get_vocab_size(), hidden=HIDDEN, intermediate=32)))
    with torch.no_grad():
        whole.heads.weight.normal_()
    return whole.eval()


def test_agreeing_with_the_guide_costs_least() -> None:
    torch.manual_seed(2)
    advice = torch.randn(4, OUTPUTS)
    other = advice.clone()
    other[:, SENTIMENT_SPAN] = other[:, SENTIMENT_SPAN].flip(1)
    assert opinion_gap(advice, advice) < opinion_gap(other, advice)


def test_who_says_what_the_guide_says_disagrees_least(teacher: Trained, tokens: Tokens) -> None:
    ids, mask = Reader(tokens, 24).batch(["where is my parcel", "hello"], QUERY)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        states = teacher.body.states(ids, mask)
        vector, logits = teacher.judged(states, mask)
    guide = Guide(teacher)
    same = guide.disagreement(ids, mask, states, vector, logits)
    other = guide.disagreement(ids, mask, states.flip(2), vector.flip(1), logits.flip(1))
    assert same < other


def test_a_guided_run_comes_nearer_to_its_guide_and_leaves_it_as_it_is(
    teacher: Trained, lesson: Lesson, tokens: Tokens, tmp_path: Path
) -> None:
    reader = Reader(tokens, 24)
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    torch.manual_seed(4)
    pupil = Trained(Body(Shape(1, tokens._tokenizer.get_vocab_size(), hidden=HIDDEN, intermediate=32)))
    texts = [one.example.text for one in lesson.others]
    ids, mask = reader.batch(texts, QUERY)

    def distance(model: Trained) -> float:
        with torch.no_grad():
            return float(opinion_gap(model.eval()(ids, mask)[1], teacher(ids, mask)[1]))

    far = distance(pupil)
    taught = train(
        pupil,
        reader,
        replace(lesson, guide=Guide(teacher), labelled=lesson.others, bases=()),
        replace(RECIPE, epochs=12, noise=0.0, rate=5e-3),
        seed=5,
        report=lambda _: None,
        check=lambda _: "",
        checkpoint=tmp_path / "run.pt",
    )
    assert distance(taught) < far / 2
    assert all(torch.equal(tensor, before[name]) for name, tensor in teacher.state_dict().items())


def test_only_a_guided_run_reads_texts_made_of_two(lesson: Lesson, teacher: Trained) -> None:
    chance = random.Random(1)
    assert lesson.splices(0.5, chance) == []
    made = replace(lesson, guide=Guide(teacher)).splices(0.5, chance)
    assert len(made) == len(lesson.labelled) // 2
    assert all(text.vector is None and text.example.intent is None for text in made)
    words = set(" ".join(one.example.text for one in lesson.labelled).split())
    assert all(set(text.example.text.split()) <= words for text in made)
    assert np.mean([bool(text.example.text) for text in made]) == 1

"""One loaded model for all tests of this folder, and a tiny one that can be trained in a blink."""

import asyncio
from collections.abc import Iterator

import pytest

from core.domain.ports import AnalyzerState
from models.analyzer import LocalAnalyzer
from models.encoder import Encoder
from models.heads import Heads
from models.tokens import Tokens
from models.weights import ARTEFACTS, Weights, find_weights


@pytest.fixture(scope="session")
def weights() -> Weights:
    return find_weights(ARTEFACTS)


@pytest.fixture(scope="session")
def tokens(weights: Weights) -> Tokens:
    return Tokens.load(weights.tokenizer)


@pytest.fixture(scope="session")
def encoder(weights: Weights) -> Encoder:
    return Encoder.load(weights)


@pytest.fixture(scope="session")
def heads(weights: Weights, encoder: Encoder) -> Heads:
    return Heads.load(weights.heads, encoder.features)


@pytest.fixture(scope="session")
def analyzer() -> Iterator[LocalAnalyzer]:
    local = LocalAnalyzer()
    local.start()
    assert asyncio.run(local.settled()) is AnalyzerState.READY, local.detail
    yield local
    local.close()

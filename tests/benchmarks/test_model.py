"""The figures of the model's benchmark are what they say they are."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.model import BUDGET, alone_ms, bulk_rate, disk_bytes, mixed_ms
from benchmarks.model_messages import TEXTS, TOKENS, messages
from benchmarks.naive_model import measure
from core.domain.analysis import Analysis
from core.domain.ports import Urgency
from models.tokens import QUERY, Tokens
from models.weights import ARTEFACTS, FILES, find_weights
from tests.fakes import MarkAnalyzer


class _Paced(MarkAnalyzer):
    """Takes a while for each request, one after the other."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.asked: list[tuple[Urgency, int]] = []
        self._seconds, self._one_at_a_time = seconds, asyncio.Lock()

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        self.asked.append((urgency, len(texts)))
        async with self._one_at_a_time:
            await asyncio.sleep(self._seconds)
        return await super().analyse(texts, urgency)


async def test_one_alone_waits_for_nobody_and_counts_as_a_person_who_waits() -> None:
    model = _Paced(0.01)
    took = await alone_ms(model, messages(5))
    assert model.asked == [(Urgency.INTERACTIVE, 1)] * 5
    assert all(10 <= one < 500 for one in took)


async def test_bulk_reads_every_message_once_and_says_how_many_a_second() -> None:
    model = _Paced(0.01)
    rate = await bulk_rate(model, messages(100))
    assert sorted(size for _, size in model.asked) == [4, 32, 32, 32]
    assert 0 < rate <= 100 / 0.04


async def test_people_ask_between_a_steady_stream() -> None:
    model = _Paced(0.0)
    found = await mixed_ms(model, messages(40), rate=100, seconds=0.3)
    assert [urgency for urgency, _ in model.asked].count(Urgency.INTERACTIVE) == 3
    assert [urgency for urgency, _ in model.asked].count(Urgency.BULK) == 30
    assert 0 < found["rate"] <= 105
    assert found["interactive"]["p95_ms"] > 0


def test_no_two_messages_are_alike_and_all_six_languages_come_early() -> None:
    made = messages(1_000)
    assert len(set(made)) == 1_000
    assert [text.startswith(begin) for text, begin in zip(made, TEXTS, strict=False)] == [True] * len(TEXTS)


def test_messages_have_as_many_tokens_as_is_said() -> None:
    tokens = Tokens.load(find_weights().tokenizer)
    lengths = [len(row) for row in tokens.numbers(messages(240), QUERY)]
    assert sum(lengths) / len(lengths) == pytest.approx(TOKENS, abs=1.5)


def test_the_files_on_disk_are_those_of_the_manifest(tmp_path: Path) -> None:
    for size, name in enumerate(FILES):
        (tmp_path / name).write_bytes(b"x" * size)
    assert disk_bytes(tmp_path) == sum(range(len(FILES)))
    assert disk_bytes(ARTEFACTS) / 1e6 <= BUDGET["disk_mb"]


@pytest.mark.model
def test_the_naive_reader_reads_alone_and_in_batches() -> None:
    found = measure(8)
    assert found["bulk_messages_per_second"] > 0
    assert found["alone"]["p50_ms"] > 0
    assert found["threads"] >= 1

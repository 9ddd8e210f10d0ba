"""The figures of a benchmark are what they say they are."""

import asyncio
import os
import time
from pathlib import Path

import orjson
import pytest

from benchmarks.databases import Kind, fresh_database
from benchmarks.figures import measured_lag, percentiles
from benchmarks.machine import describe_machine
from benchmarks.messages import CHANNELS, payload
from core.domain.clock import SystemClock
from integrations.payload import parse_message_payload


def test_percentiles_of_a_hundred_values_are_those_values() -> None:
    found = percentiles([float(value) for value in range(100, 0, -1)])
    assert found == {"p50_ms": 51.0, "p95_ms": 96.0, "p99_ms": 100.0, "max_ms": 100.0}


def test_one_value_is_every_percentile() -> None:
    assert set(percentiles([7.0]).values()) == {7.0}


def test_nothing_measured_gives_no_figure() -> None:
    assert percentiles([]) == {}


async def test_a_loop_that_was_held_up_is_seen() -> None:
    async with measured_lag(0.001) as late:
        await asyncio.sleep(0.005)
        time.sleep(0.05)  # noqa: ASYNC251
        await asyncio.sleep(0.005)
    assert max(late) > 40


def test_every_message_of_the_load_is_another_one_that_the_api_takes() -> None:
    messages = [orjson.loads(payload("c1", number)) for number in range(20)]
    now = SystemClock().now()
    read = [parse_message_payload(message, b"{}", now=now) for message in messages]
    assert len({message.external_id for message in read}) == 20
    assert {message.channel.value for message in read} == set(CHANNELS)


def test_the_machine_is_described_with_its_versions() -> None:
    found = describe_machine()
    assert found["cores"] >= 1
    assert all(found[name] for name in ("cpu", "python", "sqlite", "sqlalchemy", "uvicorn"))


def test_a_database_of_a_measurement_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINE_DATA_DIR", "restored after the test")
    with fresh_database(Kind.SQLITE) as url:
        path = Path(url.removeprefix("sqlite+aiosqlite:///"))
        path.write_text("used")
        assert os.environ["FRONTLINE_DATA_DIR"] == str(path.parent)
    assert not path.parent.exists()

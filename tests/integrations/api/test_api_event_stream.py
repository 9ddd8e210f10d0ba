"""Server-sent events: nothing skipped, nothing kept for the slow, and a clean end."""

import asyncio

import orjson
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Role
from core.domain.errors import Unavailable
from core.domain.events import Event
from integrations.api import event_stream
from integrations.api.event_stream import Streams
from tests.conftest import MovableClock
from tests.factories import a_message, a_ticket, receive
from tests.integrations.api.caller import Caller, whatever_database
from tests.integrations.api.stream import open_stream


@pytest.fixture
async def streams(engine: Engine, api: FastAPI) -> Streams:
    """The streams of an engine whose bus runs."""
    await engine.bus.start()
    found: Streams = api.state.parts.streams
    return found


async def journal(engine: Engine, after: int = 0) -> list[int]:
    async with engine.database.read() as tx:
        return [event.seq for event in await tx.journal.after(after, 10_000)]


async def test_stream_tells_what_happens_from_now_on(ada: Caller, api: FastAPI, streams: Streams) -> None:
    await receive(ada.engine, "Before")
    before = await journal(ada.engine)
    async with open_stream(ada, api) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        await receive(ada.engine, "After")
        expected = (await journal(ada.engine))[len(before) :]
        events = await stream.until(len(expected))
    assert [event["seq"] for event in events] == expected


async def test_stream_catches_up_and_goes_on(ada: Caller, api: FastAPI, streams: Streams) -> None:
    await receive(ada.engine, "Before")
    async with open_stream(ada, api, "after=0") as stream:
        await stream.until(len(await journal(ada.engine)))
        await receive(ada.engine, "After")
        expected = await journal(ada.engine)
        events = await stream.until(len(expected))
    assert [event["seq"] for event in events] == expected


async def test_broken_stream_is_resumed_without_loss(ada: Caller, api: FastAPI, streams: Streams) -> None:
    await receive(ada.engine, "One")
    async with open_stream(ada, api, "after=0") as stream:
        first = await stream.until(2)
    await receive(ada.engine, "Two, while nobody listens")
    last = str(first[-1]["seq"])
    async with open_stream(ada, api, "after=0", last_event_id=last) as stream:
        await receive(ada.engine, "Three")
        expected = await journal(ada.engine)
        rest = await stream.until(len(expected) - len(first))
    assert [event["seq"] for event in first + rest] == expected


async def test_nothing_is_skipped_while_many_write(ada: Caller, api: FastAPI, streams: Streams) -> None:
    async with open_stream(ada, api, "after=0") as stream:
        for _ in range(4):
            await asyncio.gather(*(ada.engine.intake.accept(a_message()) for _ in range(12)))
            await asyncio.gather(*(a_ticket(ada.engine) for _ in range(2)))
        expected = await journal(ada.engine)
        events = await stream.until(len(expected))
    seqs = [event["seq"] for event in events]
    assert sorted(seqs) == sorted(expected)
    assert len(seqs) == len(set(seqs))


async def test_filtered_stream_tells_only_what_was_asked(ada: Caller, api: FastAPI, streams: Streams) -> None:
    ticket, other = await a_ticket(ada.engine), await a_ticket(ada.engine)
    query = f"after=0&ticket_id={ticket.id}&type=note.added,ticket.routed"
    async with open_stream(ada, api, query) as stream:
        await ada.post(f"/tickets/{other.id}/notes", {"text": "Not this one."}, 201)
        await ada.post(f"/tickets/{ticket.id}/notes", {"text": "This one."}, 201)
        events = await stream.until(2)
    assert [(event["ticket_id"], event["type"]) for event in events] == [
        (ticket.id, "ticket.routed"),
        (ticket.id, "note.added"),
    ]


async def test_quiet_filtered_stream_moves_past_what_it_left_out(
    ada: Caller, api: FastAPI, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "heartbeat_seconds", 0.05)
    await receive(ada.engine)
    last = (await journal(ada.engine))[-1]
    async with open_stream(ada, api, "after=0&type=work.dead") as stream:
        await stream.until_text(f"id: {last}\n")
        assert stream.events == []
        resumed = stream.last_id
    assert (await ada.get("/events", after=resumed))["items"] == []


async def test_quiet_stream_shows_that_it_lives(
    ada: Caller, api: FastAPI, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "heartbeat_seconds", 0.05)
    async with open_stream(ada, api) as stream:
        await stream.until_text(": heartbeat\n\n: heartbeat\n\n")


async def test_slow_reader_holds_no_events_in_memory(ada: Caller, api: FastAPI, streams: Streams) -> None:
    async with open_stream(ada, api, "after=0") as stream:
        await stream.until(1)
        stream.flowing.clear()
        for number in range(5):
            await receive(ada.engine, f"While it is stuck {number}")
        held = len(stream.chunks)
        assert len(await journal(ada.engine)) > len(stream.events)
        assert len(stream.chunks) == held
        stream.flowing.set()
        expected = await journal(ada.engine)
        assert [event["seq"] for event in await stream.until(len(expected))] == expected


async def test_reader_who_hangs_up_leaves_nothing_behind(ada: Caller, api: FastAPI, streams: Streams) -> None:
    listeners = len(ada.engine.bus._listeners)
    async with open_stream(ada, api):
        assert streams.count == 1
        assert len(ada.engine.bus._listeners) == listeners + 1
    assert streams.count == 0
    assert len(ada.engine.bus._listeners) == listeners


@whatever_database
async def test_reader_who_hangs_up_breaks_no_query_off(
    ada: Caller, api: FastAPI, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> list[Event]:
        begun.set()
        await go_on.wait()
        ended.set()
        return []

    monkeypatch.setattr(ada.engine.views, "events", slow)
    async with open_stream(ada, api) as stream:
        await begun.wait()
        stream.gone.set()
        await asyncio.sleep(0)
        go_on.set()
        await stream.until_end()
    assert ended.is_set()
    assert streams.count == 0


async def test_closing_ends_every_stream(ada: Caller, api: FastAPI, streams: Streams) -> None:
    async with open_stream(ada, api) as one, open_stream(ada, api) as two:
        streams.close()
        await one.until_end()
        await two.until_end()
    await ada.problem("GET", "events/stream", 503)


async def test_revoked_token_ends_its_stream(
    ada: Caller, api: FastAPI, streams: Streams, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "heartbeat_seconds", 0.05)
    engine = ada.engine
    token, secret = await engine.people.add_token(SYSTEM, "soon gone", Role.AGENT)
    ada.http.headers["authorization"] = f"Bearer {secret}"
    async with open_stream(ada, api) as stream:
        await engine.people.revoke_token(SYSTEM, token.id)
        clock.advance(seconds=6)
        await stream.until_end()


async def test_stream_outlives_a_database_that_is_away(
    ada: Caller, api: FastAPI, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "heartbeat_seconds", 0.05)
    read = ada.engine.views.events
    failures = [Unavailable("The database can't be reached")] * 3

    async def sometimes(*given: object, **named: object) -> object:
        if failures:
            raise failures.pop()
        return await read(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ada.engine.views, "events", sometimes)
    await receive(ada.engine)
    async with open_stream(ada, api, "after=0") as stream:
        expected = await journal(ada.engine)
        assert [event["seq"] for event in await stream.until(len(expected))] == expected
    assert failures == []


@whatever_database
async def test_streams_of_a_process_are_limited(
    ada: Caller, api: FastAPI, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "MOST_STREAMS", 1)
    async with open_stream(ada, api):
        told = await ada.problem("GET", "events/stream", 503)
    assert told["retry_after"] == 5


@whatever_database
async def test_wrong_stream_is_refused_before_it_begins(ada: Caller, eve: Caller, nobody: Caller) -> None:
    told = await ada.problem("GET", "events/stream", 422, headers={"last-event-id": "yesterday"})
    assert told["field"] == "Last-Event-ID"
    assert (await ada.problem("GET", "events/stream", 422, params={"type": "x"}))["field"] == "type"
    await eve.problem("GET", "events/stream", 403)
    await nobody.problem("GET", "events/stream", 401)


@whatever_database
async def test_line_breaks_of_customers_can_not_forge_events(ada: Caller, api: FastAPI, streams: Streams) -> None:
    hostile = "hello\n\nid: 999\nevent: ticket.closed\ndata: {}\n\n"
    async with open_stream(ada, api) as stream:
        await ada.engine.intake.accept(a_message(hostile, subject=hostile))
        events = await stream.until(2)
    assert {event["type"] for event in events} == {"ticket.created", "message.received"}
    assert all(orjson.loads(line[6:]) for line in stream.text.splitlines() if line.startswith("data: "))

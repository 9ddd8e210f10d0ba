"""The live desk: change → visible on every open desk, with real sockets and the whole product at work.

Changes come through the REST API at a steady rate; each writes the moment into the subject, so that a desk that gets
the row knows how old it is. Budget at 1,000 desks and 20 changes a second: p95 under 1 s from the request to the last
desk, the server's loop late by less than 50 ms at p95, less than 1 MB a desk.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import orjson

from benchmarks.desk_client import MARK
from benchmarks.figures import percentiles
from benchmarks.loop_lag import LoopLag
from benchmarks.messages import payload
from benchmarks.servers import ROOT, Server, add_user, metrics, new_token, served

PEOPLE = 10
PASSWORD = "measured twice, cut once"
TICKETS = 150
"""All of them stand on the first page of every desk."""
WARM_SECONDS, SETTLE_SECONDS = 3.0, 2.0
PROCESSES = 2
BUDGET = {"p95_ms": 1_000, "loop_lag_p95_ms": 50, "mb_a_desk": 1.0}


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    token = new_token(url)
    for number in range(PEOPLE):
        add_user(url, _email(number), PASSWORD)
    return {
        "changes_a_second": given.changes,
        "desks": [await _with(url, token, desks, given.changes, given.seconds) for desks in given.desks],
        "budget": BUDGET,
    }


def _email(number: int) -> str:
    return f"agent{number}@desk.example"


async def _with(url: str, token: str, desks: int, rate: float, seconds: float) -> dict[str, Any]:
    """A fresh server for each number of desks, since memory is not given back."""
    with served(url) as server:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=server.address, headers=headers, timeout=30) as http:
            tickets = await _tickets(http, server)
            empty = server.memory_bytes()
            with _opened(server, await _sign_in(server), desks) as crowds:
                opened = server.memory_bytes()
                await _change(http, tickets, rate, WARM_SECONDS)
                _tell(crowds, "count")
                lag, spent = LoopLag(server), server.cpu_seconds()
                changes = await _change(http, tickets, rate, seconds)
                await asyncio.sleep(SETTLE_SECONDS)
                late, spent = lag.figures(), server.cpu_seconds() - spent
                full = server.memory_bytes()
                told = _tell(crowds, "stop")
    return {
        **_figures(desks, changes, told),
        "refused": int(rate * seconds) - len(changes),
        "event_loop_lag": late,
        "mb_a_desk_opened": round((opened - empty) / desks / 1e6, 3),
        "mb_a_desk_after_load": round((full - empty) / desks / 1e6, 3),
        "server_memory_mb": round(full / 1e6),
        "server_cpu_share": round(spent / (seconds + SETTLE_SECONDS), 2),
    }


def _figures(desks: int, changes: list[float], told: list[str]) -> dict[str, Any]:
    """What the desks saw."""
    found = [orjson.loads(answer) for answer in told]
    latencies = [latency for one in found for latency in one["latencies"]]
    payload_bytes, messages = (sum(one[name] for one in found) for name in ("payload", "messages"))
    return {
        "desks": desks,
        "changes": len(changes),
        "request_ms": percentiles(changes),
        "change_to_visible": percentiles(latencies),
        "seen": len(latencies),
        "seen_wanted": desks * len(changes),
        "bytes_a_change_a_desk": round(payload_bytes / desks / len(changes)),
        "messages_a_desk": round(messages / desks, 1),
        "rows_a_desk": min(one["rows"] for one in found),
    }


async def _tickets(http: httpx.AsyncClient, server: Server) -> list[int]:
    """Ids of open tickets, sent in once and worked through by the agents."""
    for number in range(TICKETS):
        # The same message again is answered with its first receipt.
        answer = await http.post("/api/v1/messages", content=payload("live", number), headers=_JSON)
        answer.raise_for_status()
    await _until_agents_rest(server)
    answer = await http.get("/api/v1/tickets", params={"open": "true", "limit": 100})
    answer.raise_for_status()
    return [int(ticket["id"]) for ticket in answer.json()["items"]]


async def _until_agents_rest(server: Server) -> None:
    before = -1.0
    while (handled := _handled(server)) != before:
        before = handled
        await asyncio.sleep(2)


def _handled(server: Server) -> float:
    return sum(value for name, value in metrics(server.port).items() if name.startswith("frontline_handled_total"))


async def _sign_in(server: Server) -> list[str]:
    """One session cookie a person."""
    cookies = []
    for number in range(PEOPLE):
        form = {"email": _email(number), "password": PASSWORD}
        async with httpx.AsyncClient(base_url=server.address, headers={"Origin": server.address}) as http:
            answer = await http.post("/login", data=form)
        name, _, rest = answer.headers["set-cookie"].partition("=")
        cookies.append(f"{name}={rest.partition(';')[0]}")
    return cookies


async def _change(http: httpx.AsyncClient, tickets: Sequence[int], rate: float, seconds: float) -> list[float]:
    """An open loop: the next change comes when it is due. Returns the milliseconds of each request that was done."""
    begun, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        if (wait := begun + number / rate - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(_change_one(http, tickets[number % len(tickets)])))
    return [took for took in await asyncio.gather(*tasks) if took is not None]


async def _change_one(http: httpx.AsyncClient, ticket_id: int) -> float | None:
    begun = time.monotonic()
    answer = await http.patch(
        f"/api/v1/tickets/{ticket_id}", json={"subject": f"{MARK}{begun:.4f}"}, headers={"If-Match": "*"}
    )
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return None
    answer.raise_for_status()
    return (time.monotonic() - begun) * 1000


@contextlib.contextmanager
def _opened(server: Server, cookies: Sequence[str], desks: int) -> Iterator[list["subprocess.Popen[str]"]]:
    crowds = [_crowd(server, cookies, share) for share in _shares(desks)]
    try:
        for crowd in crowds:
            _heard(crowd)
        yield crowds
    finally:
        for crowd in crowds:
            crowd.kill()
            crowd.wait()


def _shares(desks: int) -> list[int]:
    """Desks of each process."""
    return [share for number in range(PROCESSES) if (share := (desks + number) // PROCESSES)]


def _crowd(server: Server, cookies: Sequence[str], count: int) -> "subprocess.Popen[str]":
    words = ["--address", server.address, "--cookies", " ".join(cookies), "--count", str(count)]
    command = [sys.executable, "-m", "benchmarks.desks", *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _tell(crowds: Sequence["subprocess.Popen[str]"], word: str) -> list[str]:
    """Give all the word, then hear what each answers."""
    for crowd in crowds:
        assert crowd.stdin is not None
        crowd.stdin.write(word + "\n")
        crowd.stdin.flush()
    return [_heard(crowd) for crowd in crowds]


def _heard(crowd: "subprocess.Popen[str]") -> str:
    assert crowd.stdout is not None
    line = crowd.stdout.readline()
    if not line:
        raise RuntimeError("the desks ended; what went wrong stands above")
    return line


_JSON = {"Content-Type": "application/json"}

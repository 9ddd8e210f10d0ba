"""Many open desks in a process of their own, so that they do not slow whoever measures.

`python -m benchmarks.desks` opens them, says "open" on standard output, then obeys lines on standard input: "count"
begins the measurement, "stop" ends it with one line of JSON.
"""

import argparse
import asyncio
import sys

import aiohttp
import orjson
import uvloop

from benchmarks.desk_client import DeskClient

OPEN_AT_ONCE = 3


async def run(address: str, cookies: list[str], count: int, path: str) -> None:
    gate = asyncio.Semaphore(OPEN_AT_ONCE)

    async def open_one(desk: DeskClient) -> None:
        async with gate:
            await desk.open()

    # As a browser does, the socket gets a connection of its own.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True)) as http:
        desks = [DeskClient(http, address, cookies[number % len(cookies)], path) for number in range(count)]
        await asyncio.gather(*(open_one(desk) for desk in desks))
        _say("open")
        await _told("count")
        for desk in desks:
            desk.forget()
        _say("counting")
        await _told("stop")
        _say(orjson.dumps(_figures(desks)).decode())
        await asyncio.gather(*(desk.close() for desk in desks))


def _figures(desks: list[DeskClient]) -> dict[str, object]:
    for desk in desks:
        desk.check()
    return {
        "latencies": [round(latency, 1) for desk in desks for latency in desk.latencies],
        "payload": sum(desk.payload for desk in desks),
        "messages": sum(desk.messages for desk in desks),
        "rows": min(desk.rows for desk in desks),
    }


async def _told(word: str) -> None:
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    if line.strip() != word:
        raise SystemExit(f"expected {word!r}, got {line!r}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--cookies", required=True, help="divided by spaces")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--path", default="/queue")
    given = parser.parse_args()
    uvloop.run(run(given.address, given.cookies.split(), given.count, given.path))


if __name__ == "__main__":
    main()

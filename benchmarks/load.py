"""The load: clients that each send one message after the other over a connection of their own.

`python -m benchmarks.load` runs it in a process of its own and prints {"sent", "seconds", "rate", "failed", latencies}.
"""

import argparse
import asyncio
import json
import sys
import time
from functools import partial

from benchmarks.figures import percentiles
from benchmarks.messages import payload


class Client(asyncio.Protocol):
    """Keeps one request under way until its time is over. Reads just enough HTTP/1.1 to know when an answer ends."""

    def __init__(self, head: bytes, name: str, until: float) -> None:
        self.head, self.name, self.until = head, name, until
        self.latencies: list[float] = []
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answer, self._sent_at, self._number = b"", 0.0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        self.latencies.append((time.perf_counter() - self._sent_at) * 1000)
        if not head.startswith(b"HTTP/1.1 202"):
            self.failed += 1
        if time.perf_counter() < self.until:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        body = payload(self.name, self._number)
        self._number += 1
        self._answer, self._sent_at = b"", time.perf_counter()
        self.transport.write(self.head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


async def run(port: int, token: str, clients: int, seconds: float) -> dict[str, object]:
    head = (
        "POST /api/v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\n"
    ).encode()
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    sending = [Client(head, f"c{number}", started + seconds) for number in range(clients)]
    for client in sending:
        await loop.create_connection(partial(_same, client), "127.0.0.1", port)
    await asyncio.gather(*(client.done for client in sending))
    took = time.perf_counter() - started
    latencies = [latency for client in sending for latency in client.latencies]
    failed = sum(client.failed for client in sending)
    rate = round((len(latencies) - failed) / took, 1)
    return {"sent": len(latencies), "failed": failed, "seconds": round(took, 2), "rate": rate, **percentiles(latencies)}


def _same(client: Client) -> Client:
    return client


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind in (("port", int), ("token", str), ("clients", int), ("seconds", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(asyncio.run(run(given.port, given.token, given.clients, given.seconds))) + "\n")


if __name__ == "__main__":
    main()

"""Intake: HTTP request → durable receipt, on the whole product with its agents at work.

Budget: 1,000/s on SQLite, 1,500/s on PostgreSQL, p95 under 100 ms, with 32 clients and the load on the same cores.
"""

import argparse
from typing import Any

from benchmarks.servers import load, metrics, new_token, served

BUDGET = {"sqlite": 1_000, "postgresql": 1_500}


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    token = new_token(url)
    with served(url) as port:
        load(port, token, given.clients, 2.0)
        measured = load(port, token, given.clients, given.seconds)
        figures = metrics(port)
    lag = {name: value for name, value in figures.items() if "loop_lag" in name}
    return {
        "clients": given.clients,
        **measured,
        "event_loop_lag": lag,
        "budget": {"rate": BUDGET[url.split("+", maxsplit=1)[0]], "p95_ms": 100},
    }

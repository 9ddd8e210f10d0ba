"""Intake: HTTP request → durable receipt, on the whole product with its agents at work, or (`--agents rest`) in a
process that leaves their work to others.

Budget: 1,000/s on SQLite, 1,500/s on PostgreSQL, p95 under 100 ms, with 32 clients and the load on the same cores.
"""

import argparse
from typing import Any

from benchmarks.loop_lag import LoopLag
from benchmarks.servers import load, new_token, served

BUDGET = {"sqlite": 1_000, "postgresql": 1_500}


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    token = new_token(url)
    with served(url, agents="true" if given.agents == "work" else "false") as server:
        load(server.port, token, given.clients, 2.0)
        lag = LoopLag(server)
        measured = load(server.port, token, given.clients, given.seconds)
        late = lag.figures()
    return {
        "clients": given.clients,
        "agents": given.agents,
        **measured,
        "event_loop_lag": late,
        "budget": {"rate": BUDGET[url.split("+", maxsplit=1)[0]], "p95_ms": 100, "loop_lag_p95_ms": 50},
    }

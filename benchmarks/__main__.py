"""`python -m benchmarks NAME`: measures one budget of the architecture and prints JSON lines, one a database.

The model alone needs no database and prints one line.
"""

import argparse
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import uvloop

from benchmarks import intake, knowledge, live, model, pipeline, search
from benchmarks.databases import Kind, fresh_database
from benchmarks.machine import describe_machine

BENCHMARKS: dict[str, Callable[[str, argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]]] = {
    "intake": intake.run,
    "knowledge": knowledge.run,
    "live": live.run,
    "pipeline": pipeline.run,
    "search": search.run,
}
WITHOUT_DATABASE: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]]] = {"model": model.run}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=sorted({*BENCHMARKS, *WITHOUT_DATABASE}))
    parser.add_argument("--database", choices=[*Kind, "both"], default="both")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long to load (intake, pipeline, live, model)")
    parser.add_argument("--clients", type=int, default=32, help="connections that send at once (intake)")
    parser.add_argument("--agents", choices=("work", "rest"), default="work", help="what else the server does (intake)")
    parser.add_argument("--desks", type=int, nargs="+", default=[100, 300, 1000], help="open at once (live)")
    parser.add_argument("--changes", type=float, default=20.0, help="a second (live)")
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second (pipeline, model)")
    parser.add_argument("--tickets", type=int, default=1_000_000, help="how many there are (search)")
    parser.add_argument("--articles", type=int, default=10_000, help="how many there are (knowledge)")
    parser.add_argument("--messages", type=int, default=1_200, help="how many are read in bulk (model)")
    given = parser.parse_args()
    if given.name in WITHOUT_DATABASE:
        _print({"benchmark": given.name, **uvloop.run(WITHOUT_DATABASE[given.name](given))})
        return
    kinds = list(Kind) if given.database == "both" else [Kind(given.database)]
    for kind in kinds:
        with fresh_database(kind) as url:
            measured = uvloop.run(BENCHMARKS[given.name](url, given))
        _print({"benchmark": given.name, "database": kind.value, **measured})


def _print(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps({**line, "machine": describe_machine()}) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

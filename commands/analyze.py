"""`analyze`: JSON lines {"id","text"} in, one JSON line each out, in the same order, by the local model."""

import asyncio
import sys

from commands.composition import build_analyzer, read_settings
from commands.console import refuse
from core.domain.ports import AnalyzerState
from models.analyse_lines import analyse_lines


def analyze() -> None:
    asyncio.run(_analyze())


async def _analyze() -> None:
    analyzer = build_analyzer(read_settings())
    analyzer.start()
    try:
        if await analyzer.settled() is AnalyzerState.FAILED:
            refuse(analyzer.detail)
        async for line in analyse_lines(analyzer, sys.stdin.buffer):
            sys.stdout.buffer.write(line.encode() + b"\n")
            sys.stdout.buffer.flush()
    finally:
        analyzer.close()

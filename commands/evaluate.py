"""`evaluate`: how right the model is on labelled messages, and how well its confidences tell."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from commands.composition import build_analyzer, read_settings
from commands.console import refuse
from core.domain.analysis import Analysis
from core.domain.model_figures import AT_MOST, TARGETS, headline, meets
from core.domain.ports import AnalyzerState
from models.evaluation import evaluate as figures_of
from models.evaluation import read_rows
from models.evaluation.reliability_plot import write_plot
from models.training.corpus import CorpusError, Example

_CHUNK: Final = 256
_LABELS: Final = frozenset({"language", "category", "intent", "sentiment", "urgent", "wants_human"})
"""A group without one of them has no place in the table."""


def evaluate(paths: Sequence[Path], plot: Path | None, *, as_json: bool) -> None:
    """Files are batches of the corpus (.txt) or JSON lines; all are read before the first is analysed."""
    examples: list[Example] = []
    for path in paths:
        try:
            examples += read_rows(path)
        except (CorpusError, OSError, UnicodeDecodeError) as error:
            refuse(str(error))
    if not examples:
        refuse("the files hold no messages")
    figures = figures_of(examples, asyncio.run(_analysed(examples)))
    if plot is not None:
        write_plot(figures["all"], plot)
    print(json.dumps(figures)) if as_json else _show(figures)


async def _analysed(examples: Sequence[Example]) -> list[Analysis]:
    analyzer = build_analyzer(read_settings())
    analyzer.start()
    try:
        if await analyzer.settled() is AnalyzerState.FAILED:
            refuse(analyzer.detail)
        found: list[Analysis] = []
        for start in range(0, len(examples), _CHUNK):
            found += await analyzer.analyse([one.text for one in examples[start : start + _CHUNK]])
        return found
    finally:
        analyzer.close()


def _show(figures: dict[str, Any]) -> None:
    """Figures as rows, so that the table of all languages stays readable at 80 columns; channels have their own."""
    whole = ("all", figures["all"])
    told = [_table(_complete([*figures["languages"].items(), whole])), _table(_complete(figures["channels"].items()))]
    if any(table is not None for table in told):
        for table in told:
            if table is not None:
                Console().print(table)
    else:
        print("The rows leave out some labels; --json tells the figures of those that they have.")


def _complete(groups: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, one) for name, one in groups if one.keys() >= _LABELS]


def _table(groups: Sequence[tuple[str, dict[str, Any]]]) -> Table | None:
    """None for no groups. What misses its target has an exclamation mark."""
    if not groups:
        return None
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 0, 0, 1))
    table.add_column("", no_wrap=True)
    for name in ("target", *(name for name, _ in groups)):
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    table.add_row("messages", "", *(str(one["messages"]) for _, one in groups))
    values = [headline(one) for _, one in groups]
    for name, target in TARGETS.items():
        sign = "≤" if name in AT_MOST else "≥"
        table.add_row(name, f"{sign}{target:.2f}", *(_marked(name, one[name]) for one in values))
    return table


def _marked(name: str, value: float) -> str:
    return f"{value:.3f}" if meets(name, value) else f"!{value:.3f}"

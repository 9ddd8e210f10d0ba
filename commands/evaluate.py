"""`evaluate`: how right the model is on labelled messages, and how well its confidences tell."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from commands.composition import build_analyzer, read_settings
from commands.console import refuse
from core.domain.analysis import Analysis
from core.domain.model_figures import headline
from core.domain.ports import AnalyzerState
from models.evaluation import evaluate as figures_of
from models.evaluation import read_rows
from models.evaluation.reliability_plot import write_plot
from models.training.corpus import CorpusError, Example

_CHUNK: Final = 256


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
    rows = [*figures["languages"].items(), *figures["channels"].items(), ("all", figures["all"])]
    complete = {"language", "category", "intent", "sentiment", "urgent", "wants_human"}
    table = Table()
    told = [(name, one["messages"], headline(one)) for name, one in rows if complete <= one.keys()]
    for column in ("", "messages", *(told[0][2] if told else ())):
        table.add_column(column, justify="right" if column else "left")
    for name, count, values in told:
        table.add_row(name, str(count), *(f"{value:.3f}" for value in values.values()))
    if told:
        Console().print(table)
    else:
        print("The rows leave out some labels; --json tells the figures of those that they have.")

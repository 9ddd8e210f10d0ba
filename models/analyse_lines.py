"""JSON lines in, JSON lines out: the body of `main.py analyze`."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson

from core.domain.analysis import Analysis
from core.domain.ports import Analyzer, Urgency

CHUNK: Final = 256
"""Lines analysed together: enough to fill micro-batches, few enough to stream."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One input line: either a text or what is wrong with it. `id` is given back as it came."""

    id: Any
    text: str
    problem: str | None = None


async def analyse_lines(analyzer: Analyzer, lines: Iterable[str | bytes]) -> AsyncIterator[str]:
    """One JSON object for each line, in order, as soon as its chunk is done.

    A line that is not {"id", "text"} gives {"id", "error"} at its place. Raises Unavailable when the model fails.
    """
    parsed = (_parse(line) for line in lines)
    while chunk := list(islice(parsed, CHUNK)):
        analyses = iter(await analyzer.analyse([line.text for line in chunk if line.problem is None], Urgency.BULK))
        for result in _results(chunk, analyses):
            yield orjson.dumps(result).decode()


def _results(chunk: list[_Line], analyses: Iterator[Analysis]) -> Iterator[dict[str, Any]]:
    for line in chunk:
        yield _result(line.id, next(analyses)) if line.problem is None else {"id": line.id, "error": line.problem}


def _result(line_id: Any, analysis: Analysis) -> dict[str, Any]:
    return {
        "id": line_id,
        "language": analysis.language,
        "sentiment": analysis.sentiment.value,
        "sentiment_confidence": round(analysis.sentiment_confidence, 4),
        "category": analysis.category.value,
        "category_confidence": round(analysis.category_confidence, 4),
        "intent": analysis.intent,
        "urgent": analysis.urgent,
        "wants_human": analysis.wants_human,
        "keywords": list(analysis.keywords),
    }


def _parse(line: str | bytes) -> _Line:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _Line(None, "", f"not valid JSON: {error}" if line.strip() else "the line is empty")
    if not isinstance(row, dict):
        return _Line(None, "", 'not an object with "id" and "text"')
    line_id, text = row.get("id"), row.get("text")
    if "id" not in row or not isinstance(line_id, str | int | float | None):
        return _Line(None, "", '"id" must be there and be a string or a number')
    if not isinstance(text, str):
        return _Line(line_id, "", '"text" must be there and be a string')
    return _Line(line_id, text)

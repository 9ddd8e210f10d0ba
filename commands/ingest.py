"""`ingest`: messages from files through the real intake."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.composition import build_analyzer, prepared, read_context, read_settings
from commands.console import emit, refuse, say
from core.bootstrap import Engine
from core.domain.entities import Ticket
from core.domain.enums import TicketStatus
from core.domain.errors import FrontlineError, NotFound, Unavailable
from core.domain.messages import Receipt
from core.domain.ports import AnalyzerState
from core.quarantining import quarantine
from integrations.files.items import Format, Item, Readable, UnreadableItem
from integrations.files.reader import list_files, read_path
from models.analyzer import LocalAnalyzer

TOGETHER = 64
STALLED_SECONDS = 120.0
"""`--wait` gives up when nothing has moved for so long: another process holds the work and does not do it."""


@dataclass(slots=True)
class Summary:
    """Each message is one of received, duplicate, unreadable. The rest counts received messages and their tickets."""

    received: int = 0
    duplicate: int = 0
    unreadable: int = 0
    analysed: int = 0
    routed: int = 0
    auto_resolved: int = 0


@dataclass(slots=True)
class _Run:
    engine: Engine
    summary: Summary = field(default_factory=Summary)
    messages: list[int] = field(default_factory=list)
    tickets: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


def ingest(paths: Sequence[Path], file_format: str | None, *, wait: bool, as_json: bool) -> None:
    for path in paths:
        if not path.exists():
            refuse(f"{path}: there is no such file or folder")
    summary = asyncio.run(_ingest(paths, Format(file_format) if file_format else None, wait=wait))
    if as_json:
        emit(asdict(summary))
    else:
        say(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in asdict(summary).items()))


async def _ingest(paths: Sequence[Path], file_format: Format | None, *, wait: bool) -> Summary:
    settings = read_settings()
    analyzer = build_analyzer(settings)
    async with prepared(settings, analyzer) as engine:
        run = _Run(engine)
        if wait:
            analyzer.start()
        with _progress() as bar:
            reading = bar.add_task("reading", total=sum(len(list_files(path)) for path in paths))
            context = read_context(settings, engine)
            for path in paths:
                for group in _groups(read_path(path, file_format, context)):
                    await _accept(run, group)
                    bar.advance(reading, len(group))
            if wait:
                await _finish(run, analyzer, bar)
        await _count(run)
        analyzer.close()
    for line in run.refused:
        say(line)
    return run.summary


def _progress() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(file=sys.stderr), transient=True)


def _groups(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Up to 64 messages that may be stored at once. A reply waits until what it answers is stored."""
    group: list[Item] = []
    inside: set[str] = set()
    for item in items:
        answers = set(item.message.references) if isinstance(item, Readable) else set()
        if group and (len(group) == TOGETHER or answers & inside):
            yield group
            group, inside = [], set()
        group.append(item)
        if isinstance(item, Readable) and item.message.message_id_header:
            inside.add(item.message.message_id_header)
    if group:
        yield group


async def _accept(run: _Run, group: Sequence[Item]) -> None:
    readable = [item for item in group if isinstance(item, Readable)]
    accepted = (run.engine.intake.accept(item.message) for item in readable)
    answers = await asyncio.gather(*accepted, return_exceptions=True)
    for item, answer in zip(readable, answers, strict=True):
        if isinstance(answer, Receipt):
            _note(run, answer)
        elif isinstance(answer, FrontlineError) and not isinstance(answer, Unavailable):
            message = item.message
            await _set_aside(run, UnreadableItem(item.source, message.raw, message.raw_type, str(answer)))
        else:
            raise answer
    for unreadable in group:
        if isinstance(unreadable, UnreadableItem):
            await _set_aside(run, unreadable)


def _note(run: _Run, receipt: Receipt) -> None:
    if receipt.duplicate:
        run.summary.duplicate += 1
        return
    run.summary.received += 1
    run.messages.append(receipt.message_id)
    run.tickets.add(receipt.ticket_id)


async def _set_aside(run: _Run, item: UnreadableItem) -> None:
    run.summary.unreadable += 1
    run.refused.append(f"{item.source}: {item.reason}")
    engine = run.engine
    await quarantine(engine.database, engine.blobs, source=item.source, reason=item.reason, raw=item.raw)


async def _finish(run: _Run, analyzer: LocalAnalyzer, bar: Progress) -> None:
    """Do the work that the messages brought, or watch a running server do it, until every ticket is routed."""
    task = bar.add_task("analysing", total=len(run.messages))
    if await analyzer.settled() is AnalyzerState.READY:
        await run.engine.knowledge.refresh()
    best, moved_at = -1, time.monotonic()
    while True:
        await run.engine.orchestrator.drain()
        await _count(run)
        done, all_routed = run.summary.analysed, run.summary.routed == len(run.tickets)
        bar.update(task, completed=done)
        if done == len(run.messages) and all_routed:
            return
        if done + run.summary.routed > best:
            best, moved_at = done + run.summary.routed, time.monotonic()
        without_model = all_routed and analyzer.state is not AnalyzerState.READY
        if without_model or time.monotonic() - moved_at > STALLED_SECONDS:
            run.refused.append(f"{len(run.messages) - done} messages are not analysed: {analyzer.detail}")
            return
        await asyncio.sleep(0.2)


async def _tickets(run: _Run) -> list[Ticket]:
    found: dict[int, Ticket] = {}
    ids = sorted(run.tickets)
    async with run.engine.database.read() as tx:
        for start in range(0, len(ids), 500):
            found |= await tx.tickets.get_many(ids[start : start + 500])
    if missing := run.tickets - found.keys():
        raise NotFound("ticket", min(missing))
    return list(found.values())


async def _count(run: _Run) -> None:
    run.summary.analysed = 0
    async with run.engine.database.read() as tx:
        for start in range(0, len(run.messages), 500):
            run.summary.analysed += len(await tx.analyses.of_messages(run.messages[start : start + 500]))
    tickets = await _tickets(run)
    run.summary.routed = sum(ticket.routing_rule is not None for ticket in tickets)
    resolved = [ticket.id for ticket in tickets if ticket.status is TicketStatus.RESOLVED]
    run.summary.auto_resolved = len(resolved)

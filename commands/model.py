"""`model`: corrections as training rows, training of new heads, and what becomes of them."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from commands.composition import prepared, read_settings
from commands.console import emit, refuse, say
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.corrections import Correction
from core.domain.proposals import Proposal

_LABELS = ("category", "intent", "sentiment")


def corrections(out: Path | None, *, as_json: bool) -> None:
    """JSON lines that `evaluate` reads, to a file or, with --json, to standard output; else a table."""
    found = asyncio.run(_corrections())
    lines = b"".join(orjson.dumps(one.row()) + b"\n" for one in found)
    if out is not None:
        try:
            out.write_bytes(lines)
        except OSError as error:
            refuse(f"{out}: can't be written ({error.strerror})")
        say(f"{len(found)} corrections are in {out}")
    elif as_json:
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()
    else:
        _show_corrections(found)


def retrain(*, as_json: bool) -> None:
    """Takes minutes; proposes, and changes nothing."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), transient=True,
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        proposal, encoder = asyncio.run(_retrain(bar))
    if as_json:
        emit(_told(proposal, encoder))
    else:
        _show_figures(proposal)
        say(f"proposal {proposal.id} waits: python main.py model accept {proposal.id}")


def proposals(*, as_json: bool) -> None:
    async def run() -> tuple[list[Proposal], str]:
        async with prepared(read_settings()) as engine:
            return await _all(engine), engine.proposals.encoder

    found, encoder = asyncio.run(run())
    if as_json:
        emit({"proposals": [_told(one, encoder) for one in found]})
    else:
        _show_proposals(found, encoder)


def accept(proposal_id: int, *, as_json: bool) -> None:
    async def run(engine: Engine) -> Proposal:
        return await engine.proposals.accept(SYSTEM, proposal_id)

    _decided(*asyncio.run(_within(run)), as_json=as_json)


def reject(proposal_id: int, *, as_json: bool) -> None:
    async def run(engine: Engine) -> Proposal:
        return await engine.proposals.reject(SYSTEM, proposal_id)

    _decided(*asyncio.run(_within(run)), as_json=as_json)


def roll_back(*, as_json: bool) -> None:
    async def run() -> tuple[Proposal | None, str]:
        async with prepared(read_settings()) as engine:
            return await engine.proposals.roll_back(SYSTEM), engine.proposals.encoder

    found, encoder = asyncio.run(run())
    if as_json:
        emit({"proposal": _told(found, encoder) if found else None})
    else:
        say(f"the heads of {f'proposal {found.id}' if found else 'the program'} are in force again")


async def _corrections() -> Sequence[Correction]:
    async with prepared(read_settings()) as engine:
        return await engine.corrections.all(SYSTEM)


async def _retrain(bar: Progress) -> tuple[Proposal, str]:
    task = bar.add_task("corrections", total=1.0)

    async def watch(engine: Engine) -> None:
        while True:
            state = engine.proposals.retraining
            bar.update(task, description=state.step, completed=state.share)
            await asyncio.sleep(0.2)

    async with prepared(read_settings()) as engine:
        watching = asyncio.create_task(watch(engine))
        try:
            return await engine.proposals.retrain(SYSTEM), engine.proposals.encoder
        finally:
            watching.cancel()


async def _within(run: Any) -> tuple[Proposal, str]:
    async with prepared(read_settings()) as engine:
        return await run(engine), engine.proposals.encoder


async def _all(engine: Engine) -> list[Proposal]:
    found: list[Proposal] = []
    while page := await engine.proposals.list(SYSTEM, found[-1].id if found else None, 200):
        found += page
    return found


def _decided(proposal: Proposal, encoder: str, *, as_json: bool) -> None:
    if as_json:
        emit(_told(proposal, encoder))
    else:
        say(f"proposal {proposal.id} is {proposal.state.value}; a running desk follows at once")


def _told(proposal: Proposal, encoder: str) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "state": proposal.state.value,
        "model": proposal.model,
        "encoder": proposal.encoder,
        "fits": proposal.encoder == encoder,
        "corrections": proposal.corrections,
        "created_at": proposal.created_at,
        "made_by": proposal.made_by_name,
        "decided_at": proposal.decided_at,
        "decided_by": proposal.decided_by_name,
        "before": dict(proposal.before),
        "after": dict(proposal.after),
    }


def _show_corrections(found: Sequence[Correction]) -> None:
    table = Table("ticket", "label", "the model said", "a person says", "who", "text")
    for one in found:
        for label in one.labels:
            said, value = label.said or "–", label.value or "–"
            table.add_row(str(one.ticket_id), label.label, said, value, label.by_name, one.text[:40].replace("\n", " "))
    Console().print(table)


def _show_proposals(found: Sequence[Proposal], encoder: str) -> None:
    table = Table("number", "made", "by", "corrections", "state", "model")
    for one in found:
        fits = "" if one.encoder == encoder else " (for another encoder)"
        made = f"{one.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(one.id), made, one.made_by_name, str(one.corrections), one.state.value, one.model + fits)
    Console().print(table)


def _show_figures(proposal: Proposal) -> None:
    table = Table("right on", "messages", "label", "before", "after")
    for name in ("held_out", "corrections"):
        before, after = proposal.before.get(name, {}), proposal.after.get(name, {})
        for label in _LABELS:
            if label in before:
                messages = str(before.get("messages", "–"))
                table.add_row(name.replace("_", " "), messages, label, _share(before, label), _share(after, label))
    Console().print(table)


def _share(figures: dict[str, Any], label: str) -> str:
    return f"{figures[label]:.3f}" if label in figures else "–"

"""Macros on an open ticket: the choices of the command bar with their preview, and what one sets with the reply."""

from typing import TYPE_CHECKING, Any

from core.changing import TicketPatch
from core.domain.enums import Language, Priority, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.macros import Macro, Part
from core.macros import MacroEffects, MacroPreview, check_filled
from core.views import TicketView
from ui import marks
from ui.commands.registry import Option
from ui.page import Payload
from ui.texts import name_of, say

if TYPE_CHECKING:
    from ui.ticket.open_ticket import OpenTicket

MOST = 60
"""So many choices at once; typing narrows them."""


class MacroLevel:
    """What the commands and the composer of one ticket need of the macros."""

    def __init__(self, ticket: "OpenTicket") -> None:
        self._ticket = ticket

    async def options(self, text: str) -> list[Option]:
        """The macros whose title or words hold what is typed, each with what it would say here."""
        engine, actor, view = self._ticket.engine, self._ticket.shell.actor, self._ticket.shown
        shelf = await engine.macros.all(actor, view.ticket)
        words = text.casefold().split()
        found: list[tuple[str, Macro]] = []
        for group, macros in (("suggested", shelf.suggested), ("shared", shelf.shared), ("mine", shelf.mine)):
            found += [(group, macro) for macro in macros if all(word in _searched(macro) for word in words)]
        read = await engine.macros.previews(actor, [macro for _, macro in found[:MOST]], view.ticket.id)
        return [_option(macro, group, read[macro.id], _goes_out(view)) for group, macro in found[:MOST]]

    async def insert(self, value: str) -> None:
        """Put the macro into the composer; `value` is its id, with a language after a colon."""
        number, _, language = value.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise InvalidInput("macro", "is not a number", "Reload the page")
        ticket = self._ticket
        wanted = next((one for one in Language if one == language), None)
        view = ticket.shown
        found = await ticket.engine.macros.preview(ticket.shell.actor, int(number), view.ticket.id, wanted)
        effects = [_effect(kind, value) for kind, value in _set_by(found.effects).items()]
        ticket.browser.call("ticket.macro", view.ticket.id, {
            "id": found.macro.id, "text": found.text, "effects": effects, "missing": list(found.missing),
        })  # fmt: skip

    def chosen(self, payload: Payload, text: str) -> dict[str, Any]:
        """What `Desk.reply` is told of the macro behind a reply. Raises InvalidInput while something is missing."""
        check_filled(text)
        given = payload.get("macro")
        if not isinstance(given, dict):
            return {}
        macro_id, effects = given.get("id"), given.get("effects")
        if not isinstance(macro_id, int) or isinstance(macro_id, bool) or not isinstance(effects, dict):
            raise InvalidInput("macro", "can't be read", "Take it away and choose it again")
        patch = _patch(effects)
        return {"macro_id": macro_id} | ({"patch": patch} if not patch.is_empty else {})


def status_of(payload: Payload) -> TicketStatus | None:
    """The status that a macro sets; it stands for the choice beside the send button."""
    given = payload.get("macro")
    effects = given.get("effects") if isinstance(given, dict) else None
    value = effects.get("status") if isinstance(effects, dict) else None
    if isinstance(value, str) and value in TicketStatus.__members__.values():
        return TicketStatus(value)
    return None


def _patch(effects: dict[str, Any]) -> TicketPatch:
    priority, queue = effects.get("priority"), effects.get("queue")
    if priority is not None and priority not in Priority.__members__.values():
        raise InvalidInput("priority", f"{priority!r} is not a priority", "Take it away and choose the macro again")
    if queue is not None and not isinstance(queue, str):
        raise InvalidInput("queue", "is not a text", "Take it away and choose the macro again")
    return TicketPatch(priority=Priority(priority) if priority else None, queue=queue)


def _searched(macro: Macro) -> str:
    return " ".join((macro.title, *macro.bodies.values())).casefold()


def _goes_out(view: TicketView) -> str:
    return say("macro.goes_out", channel=name_of("channel", view.reply_channel), name=view.ticket.customer_name)


def _option(macro: Macro, group: str, preview: MacroPreview, goes_out: str) -> Option:
    return Option(
        value=str(macro.id),
        title=macro.title,
        icon="bolt",
        hint=str(macro.used) if macro.used else "",
        group=say(f"macro.{group}"),
        search=_searched(macro)[:400],
        detail={
            "language": name_of("language", preview.language),
            "languages": [name_of("language", one) for one in preview.languages],
            "to": goes_out,
            "parts": [{"text": part.text, "kind": _kind(part)} for part in preview.parts],
            "effects": [_effect(kind, value) for kind, value in _set_by(preview.effects).items()],
        },
    )


def _kind(part: Part) -> str:
    if part.variable is None:
        return "text"
    return "missing" if part.is_missing else "value"


def _set_by(effects: MacroEffects) -> dict[str, tuple[str, str]]:
    """For each thing that is set: the value, and how people call it."""
    found: dict[str, tuple[str, str]] = {}
    if effects.status is not None:
        found["status"] = (effects.status, name_of("status", effects.status))
    if effects.priority is not None:
        found["priority"] = (effects.priority, name_of("priority", effects.priority))
    if effects.queue_id is not None:
        found["queue"] = (effects.queue_id, effects.queue_name or effects.queue_id)
    return found


def _effect(kind: str, value: tuple[str, str]) -> dict[str, str]:
    stored, words = value
    icons = {"queue": "route", "priority": f"p-{stored}"}
    sign = marks.STATUS_ICONS[TicketStatus(stored)] if kind == "status" else icons[kind]
    return {"kind": kind, "value": stored, "icon": sign, "text": say(f"macro.sets.{kind}", value=words)}

"""What the thread tells of the journal, in words; every event that has none here is for the audit only."""

from collections.abc import Callable, Mapping
from typing import Any

from core.domain.entities import Ticket
from core.domain.enums import ActorKind
from core.domain.events import Event, EventType
from ui.markup import Html, tag
from ui.texts import fill, name_of, say

Data = Mapping[str, Any]
_PEOPLE = (f"{ActorKind.USER}:", f"{ActorKind.TOKEN}:")


def told_as(event: Event, ticket: Ticket) -> tuple[str, Html] | None:
    """The icon and the sentence of an event of `ticket`, or None when readers need not know."""
    if event.type not in _LINES:
        return None
    sign, line = _LINES[event.type]
    words = line(event, {**event.data, "queue": _queue_name(event, ticket)})
    return (sign, words) if words is not None else None


def _queue_name(event: Event, ticket: Ticket) -> str:
    """Events name queues by id; the one where the ticket is has its name at hand."""
    queue = str(event.data.get("queue") or "")
    return ticket.queue_name or queue if queue == ticket.queue_id else queue.replace("_", " ").capitalize()


def _routed(event: Event, data: Data) -> Html:
    queue = _strong(data["queue"])
    if _is_person(event):
        return fill("event.moved", queue=queue, who=event.actor_name)
    return fill("event.routed", queue=queue, rule=_strong(data.get("rule") or "–"))


def _assigned(event: Event, data: Data) -> Html:
    name = _strong(data.get("assignee") or "")
    if data.get("assignee") == event.actor_name:
        return fill("event.taken", name=name)
    return fill("event.assigned_by" if _is_person(event) else "event.assigned", name=name, who=event.actor_name)


def _moved(event: Event, data: Data) -> Html:
    status = _strong(name_of("status", str(data.get("to") or "")))
    return fill("event.status_by" if _is_person(event) else "event.status", status=status, who=event.actor_name)


def _prioritised(event: Event, data: Data) -> Html | None:
    if data.get("was") == data.get("priority"):
        return None
    priority = _strong(name_of("priority", str(data.get("priority") or "")))
    return fill("event.priority_by" if _is_person(event) else "event.priority", priority=priority, who=event.actor_name)


def _escalated(_: Event, data: Data) -> Html:
    reason = data.get("reason")
    return fill("event.escalated_because", reason=str(reason)) if reason else fill("event.escalated")


def _corrected(event: Event, data: Data) -> Html:
    label = str(data.get("label") or "")
    value = _strong(name_of(label, str(data.get("is") or "–")))
    return fill("event.corrected", who=event.actor_name, label=say(f"side.{label}"), value=value)


def _clock(key: str) -> "Line":
    return lambda _, data: fill(key, clock=_strong(name_of("clock", str(data.get("clock") or ""))))


def _plain(key: str) -> "Line":
    return lambda event, _: fill(key, who=event.actor_name)


def _strong(text: object) -> Html:
    return tag("b", str(text))


def _is_person(event: Event) -> bool:
    return event.actor.startswith(_PEOPLE)


Line = Callable[[Event, Data], Html | None]

_LINES: dict[EventType, tuple[str, Line]] = {
    EventType.TICKET_ROUTED: ("route", _routed),
    EventType.TICKET_PRIORITISED: ("flag", _prioritised),
    EventType.TICKET_ASSIGNED: ("user", _assigned),
    EventType.TICKET_UNASSIGNED: ("user", _plain("event.unassigned")),
    EventType.TICKET_STATUS_CHANGED: ("circle-dashed", _moved),
    EventType.TICKET_REOPENED: ("refresh", _plain("event.reopened")),
    EventType.TICKET_RESOLVED: ("circle-check", _moved),
    EventType.TICKET_CLOSED: ("lock", _moved),
    EventType.TICKET_ESCALATED: ("flag", _escalated),
    EventType.LABEL_CORRECTED: ("tag", _corrected),
    EventType.SLA_AT_RISK: ("alarm", _clock("event.at_risk")),
    EventType.SLA_BREACHED: ("alert-triangle", _clock("event.overdue")),
    EventType.REPLY_FAILED: ("alert-triangle", _plain("event.reply_failed")),
    EventType.SURVEY_SENT: ("message-2", _plain("event.survey_sent")),
    EventType.SURVEY_ANSWERED: (
        "star", lambda _, data: fill("event.survey_answered", score=_strong(data.get("score")))
    ),
}  # fmt: skip

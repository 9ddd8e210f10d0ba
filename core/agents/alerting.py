"""HandleServiceExceptions (APQC 6.2.2), for colleagues: tells each person what concerns them, and never their own acts.

Safe to repeat: a person hears of an event once.
"""

from collections.abc import Iterator, Sequence

from core.domain.alerts import AlertKind, NewAlert
from core.domain.enums import ActorKind
from core.domain.events import Event, EventType
from core.storage.transaction import Transaction

_READ = (EventType.MESSAGE_ANALYSED, EventType.ANALYSIS_UNKNOWN)
_TO_HOLDER = {
    EventType.SLA_AT_RISK: AlertKind.AT_RISK,
    EventType.SLA_BREACHED: AlertKind.BREACHED,
    EventType.TICKET_ESCALATED: AlertKind.ESCALATED,
}


async def alert(tx: Transaction, events: Sequence[Event]) -> None:
    wanted = [*_assigned(events), *_mentioned(events), *await _heard(tx, events), *await _to_holders(tx, events)]
    await tx.alerts.add(wanted)


def _assigned(events: Sequence[Event]) -> Iterator[NewAlert]:
    for event in events:
        if event.type is EventType.TICKET_ASSIGNED and event.ticket_id:
            user_id = int(event.data["assignee_id"])
            if not _is_by(event, user_id):
                yield NewAlert(user_id, AlertKind.ASSIGNED, event.ticket_id, event.seq, _person(event))


def _mentioned(events: Sequence[Event]) -> Iterator[NewAlert]:
    for event in events:
        if event.type is EventType.NOTE_ADDED and event.ticket_id:
            text = f"{event.actor_name}: {event.data['preview']}"
            for user_id in event.data.get("mentions", ()):
                yield NewAlert(user_id, AlertKind.MENTIONED, event.ticket_id, event.seq, text)


async def _heard(tx: Transaction, events: Sequence[Event]) -> list[NewAlert]:
    """Not told when a message arrives but when it was read, which many are in one go: receipts must be quick.

    One that the model could not read, and reads later, is the same message, so its arrival is what is told.
    """
    message_ids = [event.message_id for event in events if event.type in _READ and event.message_id is not None]
    if not message_ids:
        return []
    return [
        NewAlert(
            heard.user_id,
            AlertKind.CUSTOMER_REPLIED,
            heard.ticket_id,
            heard.seq,
            ": ".join(filter(None, (heard.author, " ".join(heard.text.split())))),
        )
        for heard in await tx.alerts.heard_by_holders(message_ids)
    ]


async def _to_holders(tx: Transaction, events: Sequence[Event]) -> list[NewAlert]:
    # What breached is escalated at once: its holder hears of the breach, and not of the same again.
    told = [
        event
        for event in events
        if event.type in _TO_HOLDER and event.data.get("cause") != EventType.SLA_BREACHED.value
    ]
    if not told:
        return []
    holders = await tx.tickets.holders([event.ticket_id for event in told if event.ticket_id])
    wanted = []
    for event in told:
        user_id = holders.get(event.ticket_id or 0)
        if user_id is not None and event.ticket_id and not _is_by(event, user_id):
            text = str(event.data.get("clock") or _person(event))
            wanted.append(NewAlert(user_id, _TO_HOLDER[event.type], event.ticket_id, event.seq, text))
    return wanted


def _is_by(event: Event, user_id: int) -> bool:
    return event.actor == f"{ActorKind.USER.value}:{user_id}"


def _person(event: Event) -> str:
    """Who did it, if it was a person."""
    return event.actor_name if event.actor.startswith(f"{ActorKind.USER.value}:") else ""

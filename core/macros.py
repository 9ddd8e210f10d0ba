"""Macros on the desk: which there are for a ticket, what one would say and change there, and who may write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.access import Actor, Permission
from core.domain.entities import Customer, Ticket, User
from core.domain.enums import Category, Language, Priority, TicketStatus
from core.domain.errors import InvalidInput, NotFound
from core.domain.events import EventType, NewEvent
from core.domain.intents import CATEGORY_OF_INTENT
from core.domain.macros import VARIABLES, Macro, Part, fill, first_name, missing_in, unknown_in
from core.storage.database import Database
from core.storage.transaction import Transaction

LONGEST_TITLE, LONGEST_BODY = 100, 10_000
MOST_SUGGESTED = 5
SETS = (TicketStatus.IN_PROGRESS, TicketStatus.PENDING_CUSTOMER, TicketStatus.ESCALATED, TicketStatus.RESOLVED)
"""The statuses that make sense after an answer."""


@dataclass(frozen=True, slots=True)
class MacroText:
    """What an author writes; `shared` macros are for everybody on the desk."""

    title: str
    bodies: Mapping[Language, str]
    category: Category | None = None
    intents: tuple[str, ...] = ()
    status: TicketStatus | None = None
    priority: Priority | None = None
    queue: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class MacroShelf:
    """Each macro stands in one group only; the most used come first, suggested ones by how well they fit before."""

    suggested: tuple[Macro, ...]
    shared: tuple[Macro, ...]
    mine: tuple[Macro, ...]


@dataclass(frozen=True, slots=True)
class MacroEffects:
    """What a macro would change besides answering; what the ticket is already, it does not change."""

    status: TicketStatus | None = None
    priority: Priority | None = None
    queue_id: str | None = None
    queue_name: str | None = None

    @property
    def is_empty(self) -> bool:
        return self.status is None and self.priority is None and self.queue_id is None


@dataclass(frozen=True, slots=True)
class MacroPreview:
    """A macro as it reads on one ticket. While something is `missing` it can't be sent; `text` has it in braces."""

    macro: Macro
    language: Language
    languages: tuple[Language, ...]
    parts: tuple[Part, ...]
    effects: MacroEffects

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.variable for part in self.parts if part.variable and part.is_missing))


class Macros:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, actor: Actor, ticket: Ticket | None = None) -> MacroShelf:
        """Everything that the actor may use; with a ticket, what fits it apart."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.read() as tx:
            found = await tx.macros.of(actor.user_id)
        suggested = _fitting(found, ticket) if ticket else ()
        rest = [macro for macro in found if macro not in suggested]
        return MacroShelf(
            suggested=suggested,
            shared=tuple(macro for macro in rest if macro.is_shared),
            mine=tuple(macro for macro in rest if not macro.is_shared),
        )

    async def preview(
        self, actor: Actor, macro_id: int, ticket_id: int, language: Language | None = None
    ) -> MacroPreview:
        """In `language`, else the ticket's, the customer's, English, or any that there is."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.read() as tx:
            macro = await visible(tx, actor, macro_id)
            reading = await _Reading.of(tx, actor, ticket_id)
        return reading.preview(macro, language)

    async def previews(self, actor: Actor, macros: Sequence[Macro], ticket_id: int) -> dict[int, MacroPreview]:
        """How each of `macros`, which `all` gave, reads on a ticket, by their ids."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.read() as tx:
            reading = await _Reading.of(tx, actor, ticket_id)
        return {macro.id: reading.preview(macro) for macro in macros}

    async def count_use(self, actor: Actor, macro_id: int) -> None:
        """Somebody answered with it."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.transaction() as tx:
            await visible(tx, actor, macro_id)
            await tx.macros.count_use(macro_id)

    async def save(
        self,
        actor: Actor,
        text: MacroText,
        macro_id: int | None = None,
        version: int | None = None,
        *,
        used: int = 0,
    ) -> Macro:
        """Add a macro, or change the one with this id; sharing it, or taking it from the desk, needs the permission.
        `used` is the record that a new one brings along.

        Raises InvalidInput, NotAllowed, NotFound, or VersionConflict when it is no longer at `version`.
        """
        owner = _owner(actor, shared=text.shared)
        async with self._database.transaction() as tx:
            values = await _checked(tx, text)
            same = await tx.macros.titled(owner, values["title"])
            if same is not None and same.id != macro_id:
                raise InvalidInput("title", f"there is a macro {values['title']} already", "Choose another title")
            if macro_id is None:
                macro = await tx.macros.add(owner, {**values, "used": used})
            else:
                known = await visible(tx, actor, macro_id)
                _owner(actor, shared=known.is_shared)
                current = known.version if version is None else version
                macro = await tx.macros.change(macro_id, current, {**values, "owner_id": owner})
            _record(tx, actor, macro, "saved")
            return macro

    async def remove(self, actor: Actor, macro_id: int) -> None:
        async with self._database.transaction() as tx:
            macro = await visible(tx, actor, macro_id)
            _owner(actor, shared=macro.is_shared)
            await tx.macros.remove(macro_id)
            _record(tx, actor, macro, "removed")


def check_filled(text: str) -> None:
    """Raise InvalidInput for a text in which a variable is still to be written out."""
    missing = missing_in(text)
    if missing:
        told = " and ".join(f"{{{name}}}" for name in missing)
        raise InvalidInput("text", f"{told} is not filled in", "Write it out or take it away, then send")


def _fitting(found: list[Macro], ticket: Ticket) -> tuple[Macro, ...]:
    fits = [macro for macro in found if macro.fits(ticket.category, ticket.intent)]
    # `found` is by uses, and a sort keeps the order of equals.
    return tuple(sorted(fits, key=lambda macro: -macro.fits(ticket.category, ticket.intent))[:MOST_SUGGESTED])


def _owner(actor: Actor, *, shared: bool) -> int | None:
    """Whose the macro is: nobody's when it is shared. Raises NotAllowed, and InvalidInput for a program."""
    actor.require(Permission.MACRO_SHARE if shared else Permission.TICKET_REPLY)
    if not shared and actor.user_id is None:
        raise InvalidInput("shared", "a token is nobody who could own a macro", "Share it")
    return None if shared else actor.user_id


async def visible(tx: Transaction, actor: Actor, macro_id: int) -> Macro:
    """A macro of somebody else is not there."""
    macro = await tx.macros.get(macro_id)
    if not macro.is_shared and macro.owner_id != actor.user_id:
        raise NotFound("macro", macro_id)
    return macro


@dataclass(frozen=True, slots=True)
class _Reading:
    """One person reads macros on one ticket."""

    actor: Actor
    user: User | None
    ticket: Ticket
    customer: Customer
    queues: Mapping[str, str]

    @classmethod
    async def of(cls, tx: Transaction, actor: Actor, ticket_id: int) -> "_Reading":
        ticket = await tx.tickets.get(ticket_id)
        return cls(
            actor=actor,
            user=await tx.users.get(actor.user_id) if actor.user_id is not None else None,
            ticket=ticket,
            customer=await tx.customers.get(ticket.customer_id),
            queues={queue.id: queue.name for queue in await tx.queues.all()},
        )

    def preview(self, macro: Macro, wanted: Language | None = None) -> MacroPreview:
        language = macro.language_for(wanted, self.ticket.language, self.customer.language)
        parts = fill(macro.bodies[language], self._values(language))
        return MacroPreview(macro, language, macro.languages, parts, self._effects(macro))

    def _effects(self, macro: Macro) -> MacroEffects:
        ticket, moves = self.ticket, macro.queue_id not in (None, self.ticket.queue_id)
        return MacroEffects(
            status=macro.status if macro.status is not ticket.status else None,
            priority=macro.priority if macro.priority is not ticket.priority else None,
            queue_id=macro.queue_id if moves else None,
            queue_name=self.queues.get(macro.queue_id or "") if moves else None,
        )

    def _values(self, language: Language) -> dict[str, str | None]:
        customer, actor = self.customer, self.actor
        name = "" if "@" in customer.name else " ".join(customer.name.split())
        spoken = self.user.languages[0] if self.user and self.user.languages else None
        return {
            "customer.name": name,
            "customer.first_name": first_name(name, customer.language, language),
            "ticket.number": str(self.ticket.number),
            "ticket.subject": " ".join(self.ticket.subject.split()),
            "agent.name": actor.name,
            "agent.first_name": first_name(actor.name, spoken, language),
            "company": " ".join((customer.company or "").split()),
        }


async def _checked(tx: Transaction, text: MacroText) -> dict[str, Any]:
    """The columns of a macro that may be stored; raises InvalidInput."""
    title = " ".join(text.title.replace("\x00", "").split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise InvalidInput("title", f"has {len(title)} characters", f"Give from 1 to {LONGEST_TITLE}")
    if text.status is not None and text.status not in SETS:
        raise InvalidInput("status", f"{text.status} can't be set by an answer", f"Choose one of {', '.join(SETS)}")
    known = {queue.id for queue in await tx.queues.all()}
    if text.queue is not None and text.queue not in known:
        raise InvalidInput("queue", f"there is no queue {text.queue}", f"Choose one of {', '.join(sorted(known))}")
    for intent in text.intents:
        if intent not in CATEGORY_OF_INTENT:
            raise InvalidInput("intents", f"{intent} is not an intent", "Choose from the list of intents")
    return {
        "title": title,
        "category": text.category,
        "intents": list(text.intents),
        "bodies": _checked_bodies(text.bodies),
        "status": text.status,
        "priority": text.priority,
        "queue_id": text.queue,
    }


def _checked_bodies(bodies: Mapping[Language, str]) -> dict[str, str]:
    cleaned = {Language(language).value: body.replace("\x00", "").strip() for language, body in bodies.items()}
    kept = {language: body for language, body in cleaned.items() if body}
    if not kept:
        raise InvalidInput("bodies", "say nothing", "Write the answer in at least one language")
    for language, body in kept.items():
        if len(body) > LONGEST_BODY:
            raise InvalidInput("bodies", f"{language} has {len(body):,} characters", f"Give at most {LONGEST_BODY:,}")
        unknown = unknown_in(body)
        if unknown:
            told = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise InvalidInput("bodies", f"{language} names {{{unknown[0]}}}, which is no variable", f"Known: {told}")
    return kept


def _record(tx: Transaction, actor: Actor, macro: Macro, change: str) -> None:
    data = {"macro_id": macro.id, "title": macro.title, "change": change, "shared": macro.is_shared}
    tx.record(NewEvent(EventType.MACRO_SAVED, actor, data=data))

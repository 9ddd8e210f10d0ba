"""Accepts messages. One transaction writes raw message, customer, ticket, message, journal row and work row;
concurrent calls share it, and the receipt is given after it committed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zlib import crc32

from config.holder import RulesHolder
from config.settings import Settings
from core.attachments import AttachmentPolicy
from core.domain.access import SYSTEM, Actor
from core.domain.entities import ContactPoint, Ticket
from core.domain.enums import ActorKind, Channel, TicketStatus
from core.domain.errors import Conflict, FrontlineError, InvalidInput
from core.domain.events import EventType, NewEvent
from core.domain.messages import InboundMessage, Receipt
from core.group_commit import GroupCommit
from core.inbound import check_inbound, contact_points, digest_of, last_line, storable
from core.inbound_rows import (
    Parcel,
    address,
    customer_row,
    last_message,
    message_row,
    opened,
    receipt_row,
    ticket_row,
    written,
)
from core.pressure import Pressure
from core.storage.blobs import Blobs
from core.storage.database import Database
from core.storage.receipts import ExternalKey, StoredReceipt
from core.storage.transaction import Transaction
from core.subjects import normalise_subject

LONGEST_INLINE_RAW = 16_384
"""Raw messages up to this many bytes are kept in the row, larger ones as a file."""


LANES = 3
"""Commits that PostgreSQL works on at once: most of the time of each is waiting for the server."""


class Intake:
    """`accept` is the only way for a customer's message to become part of a ticket."""

    def __init__(self, database: Database, blobs: Blobs, rules: RulesHolder, settings: Settings) -> None:
        self._database, self._blobs, self._rules = database, blobs, rules
        self._attachments = AttachmentPolicy(settings.max_attachment_bytes, frozenset(settings.blocked_extensions))
        self.pressure = Pressure()
        lanes = 1 if database.is_sqlite else LANES
        wait_seconds, most_waiting = settings.intake_group_ms / 1000, settings.intake_max_pending
        self._lanes = [
            GroupCommit(self._commit, wait_seconds=wait_seconds, most_waiting=most_waiting) for _ in range(lanes)
        ]

    async def accept(self, message: InboundMessage) -> Receipt:
        """Store a message durably and say where it went.

        Raises InvalidInput when it can't be accepted as it is or names a ticket that is not there, Conflict when an
        idempotency key comes back with another message, Unavailable when storage or queue are full.
        """
        message = storable(message)
        check_inbound(message, self._database.clock.now())
        raw_blob = await self._blobs.put(message.raw) if len(message.raw) > LONGEST_INLINE_RAW else None
        files = await self._attachments.store(message.attachments, self._blobs)
        return await self._lane_of(message).submit(Parcel(message, files, raw_blob, digest_of(message)))

    def _lane_of(self, message: InboundMessage) -> GroupCommit[Parcel, Receipt]:
        """One customer's messages keep to one lane, so that they are stored one after the other."""
        return self._lanes[crc32(contact_points(message)[0].value.encode()) % len(self._lanes)]

    async def _commit(self, parcels: Sequence[Parcel]) -> list[Receipt | FrontlineError]:
        self.pressure.count(len(parcels))
        async with self._database.transaction() as tx:
            return await _Batch(tx, parcels, self._rules).store()


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where one message of a batch goes. `home` is the ticket that it joins, or that the one it opens follows."""

    index: int
    owner: int
    ticket_id: int
    message_id: int
    opens: bool
    home: Ticket | None


class _Batch:
    """One commit's worth of messages."""

    def __init__(self, tx: Transaction, parcels: Sequence[Parcel], rules: RulesHolder) -> None:
        self.tx, self.parcels, self.rules = tx, parcels, rules.current
        self.now = tx.now
        self.answers: dict[int, Receipt | FrontlineError] = {}
        self.customers: list[dict[str, Any]] = []
        self.contacts: dict[ContactPoint, int] = {}
        self.opened: dict[int, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self.attachments: list[dict[str, Any]] = []
        self.touched: dict[int, dict[str, Any]] = {}
        self.echoes: dict[int, int] = {}

    async def store(self) -> list[Receipt | FrontlineError]:
        new = await self._without_duplicates()
        owners = await self._owners([self.parcels[index] for index in new])
        await self._learn([self.parcels[index].message for index in new], owners)
        homes = await self._homes(new, owners)
        await self._build(new, owners, homes)
        await self._write()
        for index, first in self.echoes.items():
            self.answers[index] = _echo(self.answers[first])
        return [self.answers[index] for index in range(len(self.parcels))]

    async def _without_duplicates(self) -> list[int]:
        """Answer repeats with their first receipt; return the positions of what is new."""
        receipts = self.tx.receipts
        known = await receipts.by_external_ids({parcel.key for parcel in self.parcels})
        keys = {parcel.message.idempotency_key for parcel in self.parcels if parcel.message.idempotency_key}
        by_key = await receipts.by_idempotency_keys(keys)
        new: list[int] = []
        seen: dict[ExternalKey | str, int] = {}
        for index, parcel in enumerate(self.parcels):
            again = by_key.get(parcel.message.idempotency_key or "")
            if again is not None:
                self.answers[index] = _repeat(again, parcel)
            elif parcel.key in known:
                self.answers[index] = known[parcel.key].repeated
            elif parcel.key in seen:
                self.echoes[index] = seen[parcel.key]
            elif parcel.message.idempotency_key in seen:
                first = seen[parcel.message.idempotency_key]
                if self.parcels[first].digest == parcel.digest:
                    self.echoes[index] = first
                else:
                    self.answers[index] = Conflict(_KEY_REUSED)
            else:
                seen[parcel.key] = index
                if parcel.message.idempotency_key:
                    seen[parcel.message.idempotency_key] = index
                new.append(index)
        return new

    async def _owners(self, parcels: Sequence[Parcel]) -> dict[ContactPoint, int]:
        """Whose each contact point is, new customers included."""
        points = [contact_points(parcel.message) for parcel in parcels]
        owners = await self.tx.customers.owners({point for some in points for point in some})
        strangers: list[InboundMessage] = []
        learned: list[ContactPoint] = []
        for parcel, mine in zip(parcels, points, strict=True):
            owner = next((owners[point] for point in mine if point in owners), None)
            if owner is None:
                strangers.append(parcel.message)
                owner = -len(strangers)
            new = [point for point in mine if point not in owners]
            owners |= dict.fromkeys(new, owner)
            learned += new
        ids = await self._take("customers", len(strangers))
        self.customers = [customer_row(*row, self.now) for row in zip(ids, strangers, strict=True)]
        owners = {point: ids[-owner - 1] if owner < 0 else owner for point, owner in owners.items()}
        self.contacts = {point: owners[point] for point in learned}
        return owners

    async def _learn(self, messages: Sequence[InboundMessage], owners: dict[ContactPoint, int]) -> None:
        """A sender may tell a name that was not known, or (an authorised caller) another tier."""
        strangers = {row["id"] for row in self.customers}
        told = [(self._owner(message, owners), message.customer) for message in messages]
        told = [(owner, said) for owner, said in told if owner not in strangers and (said.name or said.tier)]
        known = await self.tx.customers.names_and_tiers([owner for owner, _ in told])
        for owner, said in told:
            name, tier = known[owner]
            if said.name and not name:
                await self.tx.customers.learn(owner, name=said.name[:200])
            if said.tier and said.tier is not tier:
                await self.tx.customers.set_tier(owner, said.tier)
                known[owner] = (name, said.tier)
                data = {"tier": said.tier.value, "was": tier.value}
                self.tx.record(NewEvent(EventType.CUSTOMER_CHANGED, SYSTEM, customer_id=owner, data=data))

    async def _homes(self, new: Sequence[int], owners: dict[ContactPoint, int]) -> dict[int, Ticket]:
        """The existing ticket that each message belongs to, where there is one."""
        homes: dict[int, Ticket] = {}
        proven = {index: self.parcels[index].message.ticket_id for index in new}
        tickets = await self.tx.tickets.get_many([found for found in proven.values() if found is not None])
        mentioned = {ref for index in new for ref in self.parcels[index].message.references}
        by_header = await self.tx.messages.by_header(sorted(mentioned))
        referred = await self.tx.tickets.get_many([found.ticket_id for found in by_header.values()])
        for index in new:
            message, wanted = self.parcels[index].message, proven[index]
            if wanted is not None and wanted in tickets:
                homes[index] = tickets[wanted]
                continue
            for reference in reversed(message.references):
                found = by_header.get(reference)
                home = referred.get(found.ticket_id) if found else None
                if home and self._is_reply_to(message, home, self._owner(message, owners)):
                    homes[index] = home
                    break
        homes |= await self._conversations([index for index in new if index not in homes], owners)
        closed = {home.id for home in homes.values() if home.status is TicketStatus.CLOSED}
        follow_ups = await self.tx.tickets.open_follow_ups(closed)
        return {index: follow_ups.get(home.id, home) for index, home in homes.items()}

    def _is_reply_to(self, message: InboundMessage, home: Ticket, sender: int) -> bool:
        """A reference alone proves nothing: anyone may quote a Message-ID. The sender or the subject must fit too."""
        same_subject = normalise_subject(message.subject) == normalise_subject(home.subject)
        return home.customer_id == sender and (same_subject or not message.subject.strip())

    async def _conversations(self, new: Sequence[int], owners: dict[ContactPoint, int]) -> dict[int, Ticket]:
        """Chat, SMS, social media and phone go on where the customer left off."""
        homes: dict[int, Ticket] = {}
        for channel in Channel:
            mine = [index for index in new if self.parcels[index].message.channel is channel]
            window = timedelta(hours=self.rules.channels.of(channel).conversation_window_hours)
            if not mine or not window:
                continue
            senders = {index: self._owner(self.parcels[index].message, owners) for index in mine}
            current = await self.tx.tickets.open_of_customers(sorted(set(senders.values())), channel)
            for index, sender in senders.items():
                ticket = current.get(sender)
                unbound = self.parcels[index].message.ticket_id is None
                if ticket and unbound and self.now - ticket.last_message_at < window:
                    homes[index] = ticket
        return homes

    def _owner(self, message: InboundMessage, owners: dict[ContactPoint, int]) -> int:
        return next(owners[point] for point in contact_points(message))

    async def _build(self, new: Sequence[int], owners: dict[ContactPoint, int], homes: dict[int, Ticket]) -> None:
        """Decide where each message goes. Messages of one commit may open and continue the same conversation."""
        fresh: dict[tuple[int, str], int] = {}
        planned: list[tuple[int, int, Ticket | None, int | None]] = []
        for index in new:
            message = self.parcels[index].message
            owner, home = self._owner(message, owners), homes.get(index)
            if message.ticket_id is not None and home is None:
                self.answers[index] = InvalidInput(
                    "ticket_id", f"there is no ticket {message.ticket_id}", "Leave it out to open a new ticket"
                )
                continue
            conversation = _opening_conversation(message, home, owner)
            joins = fresh.get(conversation) if conversation else None
            if conversation and joins is None:
                fresh[conversation] = index
            planned.append((index, owner, home, joins))
        opening = [row for row in planned if row[3] is None and (row[2] is None or not row[2].takes_messages)]
        ticket_ids = dict(zip([row[0] for row in opening], await self._take("tickets", len(opening)), strict=True))
        message_ids = await self._take("messages", len(planned))
        for (index, owner, home, joins), message_id in zip(planned, message_ids, strict=True):
            ticket_id = ticket_ids.get(index) or (ticket_ids[joins] if joins is not None else home.id if home else 0)
            self._keep(_Placed(index, owner, ticket_id, message_id, opens=index in ticket_ids, home=home))

    async def _take(self, name: str, count: int) -> list[int]:
        return await self.tx.sequences.take(name, count)

    def _keep(self, placed: "_Placed") -> None:
        parcel = self.parcels[placed.index]
        message, ticket_id = parcel.message, placed.ticket_id
        actor = Actor(ActorKind.CUSTOMER, str(placed.owner), (message.customer.name or address(message))[:200])
        if placed.opens:
            self.opened[ticket_id] = ticket_row(ticket_id, placed.owner, message, placed.home, self.now)
            self._record(EventType.TICKET_CREATED, actor, placed, opened(message, placed.home))
        else:
            row = self.opened.get(ticket_id) or self.touched.setdefault(ticket_id, _joined(placed))
            row |= last_message(message, row["waiting_since"], self.now)
            row["customer_messages"] += written(message)
        self.messages.append(message_row(placed.message_id, ticket_id, actor, message, self.now))
        self.receipts.append(receipt_row(parcel, ticket_id, placed.message_id, self.now))
        self.attachments += [{**row, "message_id": placed.message_id} for row in parcel.attachments]
        data = {"channel": message.channel.value, "opens": placed.opens, "preview": last_line(message)}
        if message.automatic:
            data["automatic"] = message.automatic.value
        self._record(EventType.MESSAGE_RECEIVED, actor, placed, data)
        self.answers[placed.index] = Receipt(ticket_id, placed.message_id, duplicate=False)

    def _record(self, kind: EventType, actor: Actor, placed: "_Placed", data: dict[str, Any]) -> None:
        self.tx.record(NewEvent(kind, actor, placed.ticket_id, placed.message_id, placed.owner, data))

    async def _write(self) -> None:
        await self.tx.customers.add(self.customers)
        await self.tx.customers.add_contacts(self.contacts.items())
        await self.tx.tickets.add(list(self.opened.values()))
        await self.tx.messages.add(self.messages)
        await self.tx.receipts.add(self.receipts)
        await self.tx.attachments.add(self.attachments)
        # In one order for everybody, so that two processes never wait for each other in a circle.
        joined = [row for _, row in sorted(self.touched.items())]
        await self.tx.tickets.change_many(joined, added=("customer_messages",))


def _repeat(first: StoredReceipt, parcel: Parcel) -> Receipt | FrontlineError:
    if first.payload_digest == parcel.digest:
        return first.repeated
    return Conflict(_KEY_REUSED)


def _echo(first: Receipt | FrontlineError) -> Receipt | FrontlineError:
    return replace(first, duplicate=True) if isinstance(first, Receipt) else first


_KEY_REUSED = "This Idempotency-Key was used for another message. Use a new key for a new message."


def _opening_conversation(message: InboundMessage, home: Ticket | None, owner: int) -> tuple[int, str] | None:
    """What messages of one commit must share to open one ticket together rather than one each."""
    if home is not None:
        return None if home.takes_messages else (home.id, "follow-up")
    return (owner, message.channel.value) if message.channel.continues_conversation else None


def _joined(placed: _Placed) -> dict[str, Any]:
    since = placed.home.waiting_since if placed.home else None
    return {"id": placed.ticket_id, "waiting_since": since, "customer_messages": 0}

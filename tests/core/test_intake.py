"""Where a message goes: a new ticket, the ticket that it answers, the conversation that it continues."""

import asyncio
from datetime import timedelta

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import AttachmentState, AutomaticKind, Channel, CustomerTier, TicketStatus
from core.domain.errors import Conflict, InvalidInput, Unavailable
from core.domain.events import EventType
from core.domain.messages import InboundAttachment, InboundCustomer, InboundMessage
from core.intake import LONGEST_INLINE_RAW
from tests.cast import KIM, KIM_EVERYWHERE
from tests.conftest import MovableClock
from tests.factories import (
    EngineBuilder,
    a_message,
    a_ticket,
    an_automatic_message,
    events_of,
    kinds_of,
    receive,
    resolve,
    ticket_of,
    view_of,
)

CONVERSATIONAL = (Channel.CHAT, Channel.SMS, Channel.SOCIAL_MEDIA, Channel.PHONE)


async def _accept(engine: Engine, *messages: InboundMessage) -> list[int]:
    """The tickets of messages that arrive together."""
    receipts = await asyncio.gather(*(engine.intake.accept(message) for message in messages))
    return [receipt.ticket_id for receipt in receipts]


async def _close(engine: Engine, clock: MovableClock, ticket_id: int) -> None:
    await resolve(engine, ticket_id)
    clock.advance(hours=73)
    await engine.closing.close_resolved()
    await engine.orchestrator.drain()


# --- Receipts ---


async def test_the_same_external_id_gets_the_first_receipt(engine: Engine) -> None:
    message = a_message()
    first, again = await engine.intake.accept(message), await engine.intake.accept(message)
    assert (again.ticket_id, again.message_id, again.duplicate) == (first.ticket_id, first.message_id, True)
    assert not first.duplicate


async def test_fifty_repeats_at_once_make_one_ticket(engine: Engine) -> None:
    message = a_message()
    receipts = await asyncio.gather(*(engine.intake.accept(message) for _ in range(50)))
    assert len({(receipt.ticket_id, receipt.message_id) for receipt in receipts}) == 1
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len((await view_of(engine, receipts[0].ticket_id)).messages) == 1


async def test_repeats_to_two_processes_make_one_ticket(build_engine: EngineBuilder) -> None:
    one, other = await build_engine(), await build_engine()
    message = a_message()
    receipts = await asyncio.gather(*(engine.intake.accept(message) for engine in (one, other) * 10))
    assert len({(receipt.ticket_id, receipt.message_id) for receipt in receipts}) == 1
    assert [receipt.duplicate for receipt in receipts].count(False) == 1


async def test_the_same_id_of_another_mailbox_or_channel_is_another_message(engine: Engine) -> None:
    tickets = await _accept(
        engine,
        a_message(external_id="1"),
        a_message(external_id="1", mailbox="sales@desk.example"),
        a_message(external_id="1", channel=Channel.SELF_SERVICE),
    )
    assert len(set(tickets)) == 3


async def test_external_ids_longer_than_their_column_are_told_apart_and_recognised(engine: Engine) -> None:
    long, other = a_message(external_id="x" * 900 + "a"), a_message(external_id="x" * 900 + "b")
    first, second = await _accept(engine, long, other)
    assert first != second
    assert (await engine.intake.accept(long)).duplicate


async def test_an_idempotency_key_with_another_message_is_a_conflict(engine: Engine) -> None:
    await engine.intake.accept(a_message("One", idempotency_key="k1"))
    with pytest.raises(Conflict, match="Idempotency-Key"):
        await engine.intake.accept(a_message("Two", idempotency_key="k1"))


async def test_an_idempotency_key_with_the_same_message_gets_the_first_receipt(engine: Engine) -> None:
    first = await engine.intake.accept(a_message("One", idempotency_key="k1"))
    again = await engine.intake.accept(a_message("One", idempotency_key="k1"))
    assert (again.message_id, again.duplicate) == (first.message_id, True)


async def test_an_idempotency_key_means_the_same_within_one_commit(engine: Engine) -> None:
    answers = await asyncio.gather(
        engine.intake.accept(a_message("One", idempotency_key="k1")),
        engine.intake.accept(a_message("One", idempotency_key="k1")),
        engine.intake.accept(a_message("Two", idempotency_key="k1")),
        return_exceptions=True,
    )
    assert not isinstance(answers[0], BaseException)
    assert not isinstance(answers[1], BaseException)
    assert answers[0].message_id == answers[1].message_id
    assert isinstance(answers[2], Conflict)


async def test_a_receipt_is_given_for_what_is_stored(engine: Engine) -> None:
    receipt = await engine.intake.accept(a_message("Where is it?", subject="My parcel"))
    view = await view_of(engine, receipt.ticket_id)
    assert [message.message.text for message in view.messages] == ["Where is it?"]
    assert (view.ticket.subject, view.ticket.status, view.ticket.waiting_since) == (
        "My parcel",
        TicketStatus.NEW,
        view.ticket.created_at,
    )
    assert await kinds_of(engine, receipt.ticket_id) == [EventType.TICKET_CREATED, EventType.MESSAGE_RECEIVED]


# --- Customers ---


async def test_a_customer_is_found_by_any_contact_point_and_learns_new_ones(engine: Engine) -> None:
    by_mail = await a_ticket(engine, customer=InboundCustomer(email="kim@customer.example"))
    both = await a_ticket(engine, customer=InboundCustomer(email="kim@customer.example", phone="+491700000001"))
    by_phone = await a_ticket(
        engine, channel=Channel.SMS, customer=InboundCustomer(phone="+491700000001", handle="kimpark")
    )
    by_handle = await a_ticket(engine, channel=Channel.CHAT, customer=InboundCustomer(handle="kimpark", name="Kim"))
    assert by_mail.customer_id == both.customer_id == by_phone.customer_id == by_handle.customer_id
    customer = await engine.views.customer(SYSTEM, by_mail.customer_id)
    assert {point.value for point in customer.contacts} == {"kim@customer.example", "+491700000001", "kimpark"}


async def test_a_name_is_learned_once_and_not_overwritten(engine: Engine) -> None:
    ticket = await a_ticket(engine, customer=InboundCustomer(email="kim@customer.example"))
    await receive(engine, customer=InboundCustomer(email="kim@customer.example", name="Kim Park"))
    await receive(engine, customer=InboundCustomer(email="kim@customer.example", name="Somebody Else"))
    assert (await engine.views.customer(SYSTEM, ticket.customer_id)).name == "Kim Park"


async def test_another_tier_is_kept_and_told(engine: Engine) -> None:
    ticket = await a_ticket(engine)
    await receive(engine, customer=InboundCustomer(email=KIM.email, tier=CustomerTier.GOLD))
    await receive(engine, customer=InboundCustomer(email=KIM.email, tier=CustomerTier.GOLD))
    assert (await engine.views.customer(SYSTEM, ticket.customer_id)).tier is CustomerTier.GOLD
    told = await engine.views.events(SYSTEM, 0, types=[EventType.CUSTOMER_CHANGED])
    assert [event.data for event in told] == [{"tier": "gold", "was": "standard"}]


async def test_messages_of_one_new_customer_in_one_commit_make_one_customer(engine: Engine) -> None:
    tickets = await _accept(engine, *(a_message(f"Mail {number}") for number in range(5)))
    assert len(set(tickets)) == 5
    assert len({(await ticket_of(engine, ticket)).customer_id for ticket in tickets}) == 1


async def test_strangers_who_share_a_contact_point_in_one_commit_are_one(
    build_engine: EngineBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.intake.LANES", 1)
    engine = await build_engine()
    tickets = await _accept(
        engine,
        a_message(customer=InboundCustomer(email="a@customer.example")),
        a_message(customer=InboundCustomer(email="a@customer.example", phone="+491700000009")),
        a_message(channel=Channel.SMS, customer=InboundCustomer(phone="+491700000009")),
    )
    assert len({(await ticket_of(engine, ticket)).customer_id for ticket in tickets}) == 1


async def test_two_customers_whose_contacts_meet_stay_two(engine: Engine) -> None:
    """Merging people is a human's decision; the surest contact point decides who wrote."""
    await receive(engine, customer=InboundCustomer(email="a@customer.example"))
    await receive(engine, channel=Channel.SMS, customer=InboundCustomer(phone="+491700000009"))
    both = InboundCustomer(email="a@customer.example", phone="+491700000009")
    ticket = await a_ticket(engine, customer=both)
    customer = await engine.views.customer(SYSTEM, ticket.customer_id)
    assert [point.value for point in customer.contacts] == ["a@customer.example"]


async def test_new_customers_that_reach_two_processes_at_once_become_one(build_engine: EngineBuilder) -> None:
    one, other = await build_engine(), await build_engine()
    receipts = await asyncio.gather(*(engine.intake.accept(a_message()) for engine in (one, other) * 5))
    customers = {(await ticket_of(one, receipt.ticket_id)).customer_id for receipt in receipts}
    assert len(customers) == 1


# --- Which ticket ---


async def test_an_email_without_a_reference_opens_a_ticket_each_time(engine: Engine) -> None:
    assert len(set(await _accept(engine, a_message(), a_message()))) == 2
    assert len({(await receive(engine)).ticket_id for _ in range(2)}) == 2


async def test_a_form_opens_a_ticket_each_time(engine: Engine) -> None:
    form = Channel.SELF_SERVICE
    assert len({(await receive(engine, channel=form)).ticket_id for _ in range(2)}) == 2


@pytest.mark.parametrize("channel", CONVERSATIONAL)
async def test_a_conversation_goes_on_within_its_window_and_not_after(
    engine: Engine, clock: MovableClock, channel: Channel
) -> None:
    window = engine.rules.current.channels.of(channel).conversation_window_hours
    first = await receive(engine, channel=channel)
    clock.advance(hours=window - 0.1)
    second = await receive(engine, channel=channel)
    clock.advance(hours=window - 0.1)
    third = await receive(engine, channel=channel)
    clock.advance(hours=window)
    fourth = await receive(engine, channel=channel)
    assert first.ticket_id == second.ticket_id == third.ticket_id
    assert fourth.ticket_id != first.ticket_id


async def test_a_conversation_stays_on_its_channel_and_with_its_customer(engine: Engine) -> None:
    chat = await receive(engine, channel=Channel.CHAT)
    sms = await receive(engine, channel=Channel.SMS)
    stranger = await receive(engine, channel=Channel.CHAT, customer=InboundCustomer(handle="vera"))
    assert len({chat.ticket_id, sms.ticket_id, stranger.ticket_id}) == 3


async def test_chat_messages_of_one_commit_open_one_ticket(engine: Engine) -> None:
    tickets = await _accept(engine, *(a_message(f"Line {number}", channel=Channel.CHAT) for number in range(4)))
    assert len(set(tickets)) == 1
    view = await view_of(engine, tickets[0])
    assert [message.message.text for message in view.messages] == [f"Line {number}" for number in range(4)]
    assert view.ticket.last_line == "Line 0"[:5] + "3"


async def _opened_by_mail(engine: Engine) -> int:
    return (await a_ticket(engine, subject="Broken lamp", message_id_header="<first@customer.example>")).id


async def test_a_reply_with_reference_and_subject_joins_its_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    reply = a_message(subject="Re: AW: Broken  lamp", references=("<x@y>", "<first@customer.example>"))
    assert await _accept(engine, reply) == [ticket]


async def test_a_reply_without_a_subject_joins_its_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    assert await _accept(engine, a_message(subject="", references=("<first@customer.example>",))) == [ticket]


async def test_a_reference_with_another_subject_opens_a_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    reused = a_message(subject="Something else", references=("<first@customer.example>",))
    assert await _accept(engine, reused) != [ticket]


async def test_a_reference_of_another_sender_opens_a_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    stranger = InboundCustomer(email="mallory@elsewhere.example")
    guessed = a_message(customer=stranger, subject="Re: Broken lamp", references=("<first@customer.example>",))
    assert await _accept(engine, guessed) != [ticket]


async def test_an_unknown_reference_opens_a_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    assert await _accept(engine, a_message(subject="Re: Broken lamp", references=("<unknown@x>",))) != [ticket]


async def test_a_proven_ticket_takes_the_message_whoever_sends_it(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    colleague = InboundCustomer(email="colleague@customer.example")
    assert await _accept(engine, a_message(customer=colleague, subject="Fwd: other", ticket_id=ticket)) == [ticket]


async def test_an_unknown_ticket_is_refused_and_costs_nobody_else(engine: Engine) -> None:
    answers = await asyncio.gather(
        engine.intake.accept(a_message()),
        engine.intake.accept(a_message(ticket_id=4711)),
        engine.intake.accept(a_message(channel=Channel.CHAT, ticket_id=4711)),
        engine.intake.accept(a_message()),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in answers] == ["Receipt", "InvalidInput", "InvalidInput", "Receipt"]
    assert isinstance(answers[1], InvalidInput)
    assert answers[1].field == "ticket_id"


# --- Resolved and closed ---


async def test_a_message_reopens_a_resolved_ticket(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    await resolve(engine, ticket)
    await receive(engine, "It broke again", ticket_id=ticket)
    assert (await ticket_of(engine, ticket)).status is TicketStatus.NEW
    assert EventType.TICKET_REOPENED in await kinds_of(engine, ticket)


async def test_thanks_are_kept_and_reopen_nothing(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    await resolve(engine, ticket)
    await receive(engine, "Thank you! [thanks intent=thanks]", ticket_id=ticket)
    found = await view_of(engine, ticket)
    assert found.ticket.status is TicketStatus.RESOLVED
    assert found.ticket.waiting_since is None
    assert "Thank you!" in found.messages[-1].message.text


async def test_an_automatic_message_reopens_nothing(engine: Engine) -> None:
    ticket = await _opened_by_mail(engine)
    await resolve(engine, ticket)
    await engine.intake.accept(an_automatic_message(ticket_id=ticket))
    await engine.orchestrator.drain()
    found = await view_of(engine, ticket)
    assert found.ticket.status is TicketStatus.RESOLVED
    assert found.messages[-1].message.automatic is AutomaticKind.AUTO_REPLY


async def test_a_message_to_a_closed_ticket_opens_a_linked_one(engine: Engine, clock: MovableClock) -> None:
    ticket = await _opened_by_mail(engine)
    await _close(engine, clock, ticket)
    follow_up = await receive(engine, "Again", subject="Re: Broken lamp", references=("<first@customer.example>",))
    opened = await ticket_of(engine, follow_up.ticket_id)
    assert (opened.follows_id, opened.status) == (ticket, TicketStatus.NEW)
    assert (await ticket_of(engine, ticket)).status is TicketStatus.CLOSED
    assert (await events_of(engine, opened.id, EventType.TICKET_CREATED))[0].data["follows"] == ticket


async def test_a_second_message_to_a_closed_ticket_joins_its_follow_up(engine: Engine, clock: MovableClock) -> None:
    ticket = await _opened_by_mail(engine)
    await _close(engine, clock, ticket)
    together = await _accept(engine, a_message("Again", ticket_id=ticket), a_message("And", ticket_id=ticket))
    later = await receive(engine, "Hello?", ticket_id=ticket)
    assert {*together, later.ticket_id} == {together[0]}
    assert together[0] != ticket


async def test_a_follow_up_of_a_follow_up_is_found(engine: Engine, clock: MovableClock) -> None:
    first = await _opened_by_mail(engine)
    await _close(engine, clock, first)
    second = (await receive(engine, "Again", ticket_id=first)).ticket_id
    await _close(engine, clock, second)
    third = (await receive(engine, "And again", ticket_id=first)).ticket_id
    assert len({first, second, third}) == 3
    assert (await receive(engine, "Hello?", ticket_id=first)).ticket_id == third


# --- Who waits ---


async def test_the_wait_counts_from_the_first_message_that_nobody_answered(engine: Engine, clock: MovableClock) -> None:
    ticket = await _opened_by_mail(engine)
    since = clock.now()
    clock.advance(hours=2)
    await receive(engine, "Hello?", ticket_id=ticket)
    assert (await ticket_of(engine, ticket)).waiting_since == since


async def test_a_machines_message_does_not_end_a_humans_wait(engine: Engine, clock: MovableClock) -> None:
    ticket = await _opened_by_mail(engine)
    since = clock.now()
    clock.advance(hours=2)
    await engine.intake.accept(an_automatic_message(ticket_id=ticket))
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, ticket)).waiting_since == since


# --- What is refused, what is kept ---


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"external_id": ""}, "external_id"),
        ({"customer": InboundCustomer(name="Nobody")}, "customer"),
        ({"text": "  ", "subject": ""}, "text"),
        ({"customer": InboundCustomer(email="x" * 321)}, "customer.email"),
        ({"customer": InboundCustomer(phone="1" * 321)}, "customer.phone"),
        ({"idempotency_key": "k" * 256}, "idempotency_key"),
    ],
)
async def test_what_no_reader_may_let_through_is_refused(engine: Engine, fields: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await engine.intake.accept(a_message(**{"text": "Hello", **fields}))  # type: ignore[arg-type]
    assert refused.value.field == named


async def test_a_message_from_the_future_is_refused_and_a_clock_that_is_a_little_fast_is_not(
    engine: Engine, clock: MovableClock
) -> None:
    with pytest.raises(InvalidInput, match="sent_at"):
        await engine.intake.accept(a_message(sent_at=clock.now() + timedelta(days=2)))
    await engine.intake.accept(a_message(sent_at=clock.now() + timedelta(minutes=5)))


async def test_characters_that_no_database_stores_are_taken_out(engine: Engine) -> None:
    message = a_message(
        "Nul \x00 and half a pair \ud83d here",
        subject="\x00Subject\udc00",
        quoted="q\x00",
        signature="s\ud800",
        html="<p>\x00\ud800</p>",
        customer=InboundCustomer(email="kim@customer.example", name="Ki\x00m\ud800"),
        attachments=(InboundAttachment("a\x00\ud800.txt", "text/plain\x00", b"a", content_id="c\x00\udfff"),),
    )
    receipt = await engine.intake.accept(message)
    await engine.orchestrator.drain()
    view = await view_of(engine, receipt.ticket_id)
    said = view.messages[0]
    everything = [
        said.message.text,
        said.message.subject,
        said.message.quoted,
        said.message.signature,
        said.message.html or "",
        view.ticket.subject,
        view.ticket.customer_name,
        said.attachments[0].filename,
    ]
    assert not any("\x00" in text or any(0xD800 <= ord(char) <= 0xDFFF for char in text) for text in everything)
    assert said.message.text.startswith("Nul ")


async def test_very_long_fields_are_kept_as_far_as_they_fit(engine: Engine) -> None:
    receipt = await engine.intake.accept(
        a_message(
            "word " * 100_000,
            subject="s" * 2_000,
            message_id_header="<" + "m" * 1_500 + ">",
            automatic_reason="r" * 900,
            customer=InboundCustomer(email="kim@customer.example", name="n" * 900, language="en-US-long"),
        )
    )
    await engine.orchestrator.drain()
    view = await view_of(engine, receipt.ticket_id)
    assert len(view.messages[0].message.text) == 500_000
    assert len(view.ticket.subject) == 500


async def test_attachments_are_stored_by_content_and_programs_are_refused(engine: Engine) -> None:
    files = (
        InboundAttachment("invoice.pdf", "application/pdf", b"%PDF"),
        InboundAttachment("copy.pdf", "application/pdf", b"%PDF"),
        InboundAttachment("invoice.pdf.exe", "application/pdf", b"MZ"),
        InboundAttachment("../../etc/passwd", "text/plain", b"root"),
    )
    receipt = await engine.intake.accept(a_message("", attachments=files))
    view = await view_of(engine, receipt.ticket_id)
    first, copy, program, path = view.messages[0].attachments
    assert first.blob == copy.blob is not None
    assert (await engine.views.attachment(SYSTEM, first.id))[1] == b"%PDF"
    assert (program.state, program.blob) == (AttachmentState.REJECTED, None)
    assert ".exe" in program.reason
    assert path.filename == "passwd"
    assert view.ticket.last_line == "[invoice.pdf]"


async def test_a_file_over_the_limit_leaves_its_name_and_the_reason(build_engine: EngineBuilder) -> None:
    engine = await build_engine(max_attachment_mb=0.001)
    receipt = await engine.intake.accept(
        a_message(attachments=(InboundAttachment("big.txt", "text/plain", b"x" * 1_001),))
    )
    (refused,) = (await view_of(engine, receipt.ticket_id)).messages[0].attachments
    assert (refused.filename, refused.state, refused.size) == ("big.txt", AttachmentState.REJECTED, 1_001)
    assert "1,001 bytes" in refused.reason


@pytest.mark.parametrize("size", [10, LONGEST_INLINE_RAW, LONGEST_INLINE_RAW + 1, 200_000])
async def test_the_message_as_it_came_is_kept_whatever_its_size(engine: Engine, size: int) -> None:
    raw = bytes(range(256)) * (size // 256) + b"\x00" * (size % 256)
    receipt = await engine.intake.accept(a_message(raw=raw, raw_type="message/rfc822"))
    original = await engine.views.original(SYSTEM, receipt.message_id)
    assert original is not None
    assert (original.content, original.content_type) == (raw, "message/rfc822")
    assert (original.blob is not None) == (size > LONGEST_INLINE_RAW)


async def test_a_full_queue_turns_messages_away_and_loses_none_that_it_took(build_engine: EngineBuilder) -> None:
    engine = await build_engine(intake_max_pending=5)
    answers = await asyncio.gather(
        *(engine.intake.accept(a_message(f"Mail {number}")) for number in range(9)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert len(refused) == 4
    received = await engine.views.events(SYSTEM, 0, types=[EventType.MESSAGE_RECEIVED])
    assert len(received) == 5


async def test_everything_known_of_kim_reaches_kim(engine: Engine) -> None:
    """One person on every channel is one customer with one ticket a channel."""
    tickets = [await a_ticket(engine, channel=channel, customer=KIM_EVERYWHERE) for channel in Channel]
    assert len({ticket.customer_id for ticket in tickets}) == 1
    assert len({ticket.id for ticket in tickets}) == len(Channel)

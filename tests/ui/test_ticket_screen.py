"""One ticket on a screen: patched to where a fresh page stands, and honest about what it refused."""

from typing import Any

from core.articles import ArticleText
from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.drafts import DraftKind
from core.domain.enums import Category, Channel, Language, Priority, Role, Sentiment, TicketStatus
from core.domain.events import EventType
from core.macros import MacroText
from tests.conftest import MovableClock
from tests.ui.conftest import add_user, heard, open_desk, receive
from tests.ui.written_thread import keys_and_markup
from ui.live import Feed
from ui.texts import say
from ui.ticket.thread import FIRST


def _send(ticket_id: int, text: str, seq: int, **more: Any) -> dict[str, Any]:
    reply = {"act": "send", "ticket": ticket_id, "kind": "reply", "text": text, "seq": seq}
    return {**reply, "then": "pending_customer", **more}


async def _told(engine: Engine, feed: Feed) -> None:
    """Every browser has heard of everything."""
    await heard(engine)
    await feed.settled()


async def test_the_patched_thread_is_the_thread_of_a_fresh_page(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    _, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await engine.orchestrator.drain()
    await engine.desk.take(ada.actor, ticket_id)
    await engine.desk.note(ada.actor, ticket_id, "She called twice.")
    await engine.desk.reply(ada.actor, ticket_id, "Try the master card.")
    await _told(engine, feed)
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await receive(engine, "[mood=positive] It works", ticket_id=ticket_id)
    await engine.orchestrator.drain()
    await _told(engine, feed)
    _, fresh = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert keys_and_markup(browser) == keys_and_markup(fresh)
    assert len(keys_and_markup(fresh)) > 5


async def test_what_has_not_changed_is_not_sent_again(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine, "The beginning of it all")
    _, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    browser.calls.clear()
    await engine.desk.note(SYSTEM, ticket_id, "A note")
    await _told(engine, feed)
    (news,) = browser.named("ticket.thread")[-1]
    assert len(news["add"]) == 1
    assert "The beginning" not in str(browser.named("ticket.thread"))
    assert not [slot for slot, _ in browser.named("put") if slot in ("composer", "side-customer", "side-assistant")]


async def test_a_long_thread_begins_with_its_newest_entries_and_reaches_back_on_demand(
    engine: Engine, feed: Feed
) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    await engine.desk.reply(ada.actor, ticket_id, "An answer")
    for number in range(FIRST + 10):
        await engine.desk.note(ada.actor, ticket_id, f"Note {number}")
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    first = browser.named("ticket.thread")[0][0]
    assert (len(first["add"]), first["older"] > 0) == (FIRST, True)
    await shell.act({"act": "older"})
    assert browser.named("ticket.thread")[-1][0]["older"] == 0
    _, fresh = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert keys_and_markup(browser)[-FIRST:] == keys_and_markup(fresh)


async def test_opening_marks_read_and_begins_at_what_is_unread(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    await engine.desk.reply(ada.actor, ticket_id, "An answer")
    await receive(engine, "Another question", ticket_id=ticket_id)
    _, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert browser.named("ticket.thread")[0][0]["mark"]["text"] == say("thread.new", count=1)
    assert await engine.views.reads(ada.actor, [ticket_id]) == {ticket_id: 2}
    _, again = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert again.named("ticket.thread")[0][0]["mark"] is None


async def test_what_came_since_the_opening_is_counted_and_own_words_are_not(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await add_user(engine, email="mei@desk.example")
    ticket_id = await receive(engine)
    _, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await engine.desk.note(ada.actor, ticket_id, "Mine")
    await engine.desk.note(mei.actor, ticket_id, "Hers")
    await receive(engine, "His", ticket_id=ticket_id)
    await _told(engine, feed)
    mark = browser.named("ticket.thread")[-1][0]["mark"]
    assert (mark["count"], mark["pill"]) == (2, say("thread.pill.many", count=2))


async def test_a_reply_is_stopped_once_when_a_colleague_or_the_customer_was_faster(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await add_user(engine, email="mei@desk.example")
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    began = browser.named("ticket.shown")[-1][2]
    await receive(engine, "It works again", ticket_id=ticket_id)
    await engine.desk.note(mei.actor, ticket_id, "I called her")
    await shell.act(_send(ticket_id, "Send it back.", began))
    ((_, notice, seq),) = browser.named("ticket.stopped")
    assert "It works again" in notice
    assert "I called her" in notice
    assert not browser.named("ticket.sent")
    await shell.act(_send(ticket_id, "Send it back.", seq))
    assert len(browser.named("ticket.sent")) == 1
    assert len(browser.named("ticket.done")) == 2


async def test_what_the_desk_does_by_itself_stops_nobody(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    began = browser.named("ticket.shown")[-1][2]
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.HIGH))
    await shell.act(_send(ticket_id, "Done.", began))
    assert len(browser.named("ticket.sent")) == 1


async def test_a_reply_is_offered_back_and_its_taking_back_is_shown(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act(_send(ticket_id, "Too soon", browser.named("ticket.shown")[-1][2]))
    undo = browser.named("ticket.sent")[0][3]
    await shell.act({"act": "undo", "ticket": ticket_id, "message": undo["message"]})
    assert browser.named("ticket.takenBack") == [(ticket_id, True)]
    assert say("delivery.cancelled") in dict(keys_and_markup(browser))[f"message:{undo['message']}"]


async def test_a_chat_leaves_at_once(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine, channel=Channel.CHAT)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act(_send(ticket_id, "Here I am", browser.named("ticket.shown")[-1][2]))
    assert browser.named("ticket.sent")[0][3] is None


async def test_a_refused_reply_frees_the_composer_and_says_why(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    for status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        await engine.desk.change(SYSTEM, ticket_id, TicketPatch(status=status))
    await shell.act(_send(ticket_id, "Too late", 10**9))
    assert "closed" in browser.named("toast")[-1][0]
    assert not browser.named("ticket.sent")
    assert browser.named("ticket.done") == [(ticket_id,)]


async def test_a_draft_waits_for_its_writer_in_another_browser_and_goes_with_the_reply(
    engine: Engine, feed: Feed
) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act({"act": "draft", "ticket": ticket_id, "kind": "reply", "text": "Half a sen", "seq": 1, "at": 5})
    assert browser.named("ticket.drafted") == [(ticket_id, "reply", 5)]
    _, other = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert other.named("ticket.opened")[0][0]["drafts"]["reply"]["text"] == "Half a sen"
    await shell.act(_send(ticket_id, "Half a sentence", browser.named("ticket.shown")[-1][2]))
    assert await engine.drafts.of(ada.actor, ticket_id) == {}


async def test_a_draft_of_a_ticket_that_was_left_is_kept_for_that_ticket(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    first, second = await receive(engine), await receive(engine)
    shell, _ = await open_desk(engine, feed, ada, f"/tickets/{first}")
    await shell.act({"act": "go", "path": f"/tickets/{second}"})
    await shell.act({"act": "draft", "ticket": first, "kind": "note", "text": "For the first", "seq": 1, "at": 5})
    assert (await engine.drafts.of(ada.actor, first))[DraftKind.NOTE].text == "For the first"
    assert await engine.drafts.of(ada.actor, second) == {}


async def test_after_two_minutes_without_a_connection_the_thread_catches_up_and_the_composer_is_left_alone(
    engine: Engine, feed: Feed, clock: MovableClock
) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    browser.connected = False
    browser.calls.append(("cut", ()))
    clock.advance(minutes=2)
    await receive(engine, "Still waiting", ticket_id=ticket_id)
    await _told(engine, feed)
    assert browser.calls[-1] == ("cut", ())
    browser.connected = True
    await feed.catch_up(shell)
    await _told(engine, feed)
    _, fresh = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert keys_and_markup(browser) == keys_and_markup(fresh)
    after = browser.calls[browser.calls.index(("cut", ())) :]
    assert not [arguments for name, arguments in after if name == "put" and arguments[0] == "composer"]


async def test_a_corrected_label_is_stored_as_a_correction(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine, "[intent=wrong_charge mood=neutral]")
    await engine.orchestrator.drain()
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act({"act": "run", "command": "labels", "value": "sentiment", "targets": [ticket_id]})
    assert browser.named("run") == [("sentiment",)]
    await shell.act({"act": "run", "command": "sentiment", "value": "very_negative", "targets": [ticket_id]})
    view = await engine.views.ticket(SYSTEM, ticket_id)
    corrected = [event for event in view.events if event.type is EventType.LABEL_CORRECTED]
    assert [(event.actor, event.data["is"]) for event in corrected] == [(ada.actor.key, Sentiment.VERY_NEGATIVE)]
    assert "Very negative" in browser.slot("side-assistant")


async def test_who_is_overtaken_hears_by_whom_and_sees_the_ticket_as_it_is(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    sam = await engine.people.add_user(
        SYSTEM, email="sam@desk.example", name="Sam Lindqvist", role=Role.SUPERVISOR, password="correct horse battery"
    )
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    feed.leave(shell)
    await engine.desk.change(sam.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await shell.act({"act": "run", "command": "category", "value": Category.BILLING, "targets": [ticket_id]})
    assert browser.named("toast")[-1][0] == say("ticket.conflict_by", names="Sam Lindqvist")
    assert (await engine.views.ticket(SYSTEM, ticket_id)).ticket.category is not Category.BILLING
    await engine.desk.change(sam.actor, ticket_id, TicketPatch(priority=Priority.HIGH))
    await shell.act({"act": "run", "command": "priority", "value": Priority.LOW, "targets": [ticket_id]})
    assert browser.named("toast")[-1][0] == say("ticket.conflict_by", names="Sam Lindqvist")
    await engine.desk.change(sam.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await shell.resync()
    assert say("priority.critical") in browser.slot("head")


async def test_a_macro_fills_itself_in_and_its_effects_go_with_the_reply(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    text = MacroText(
        "Roll-out", {Language.EN: "Hello {customer.first_name}, number {ticket.number}"}, priority=Priority.HIGH,
        status=TicketStatus.RESOLVED,
    )  # fmt: skip
    macro = await engine.macros.save(ada.actor, text)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act({"act": "options", "command": "macros", "text": "roll", "targets": [ticket_id], "ask": 1})
    ((_, options),) = browser.named("commands.options")
    detail = options[0]["detail"] if isinstance(options[0], dict) else options[0].detail
    assert {part["kind"] for part in detail["parts"]} == {"text", "value"}
    assert [effect["text"] for effect in detail["effects"]] == ["Status: Resolved", "Priority: High"]
    await shell.act({"act": "run", "command": "macros", "value": str(macro.id), "targets": [ticket_id]})
    told = browser.named("ticket.macro")[0][1]
    assert told["text"] == f"Hello Kim, number {ticket_id}"
    chosen = {"id": macro.id, "effects": {effect["kind"]: effect["value"] for effect in told["effects"]}}
    await shell.act(_send(ticket_id, told["text"], browser.named("ticket.shown")[-1][2], macro=chosen))
    ticket = (await engine.views.ticket(SYSTEM, ticket_id)).ticket
    assert (ticket.priority, ticket.status) == (Priority.HIGH, TicketStatus.RESOLVED)
    shelf = await engine.macros.all(ada.actor)
    assert [one.used for one in shelf.mine] == [1]


async def test_a_variable_that_nothing_fills_stops_the_sending(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act(_send(ticket_id, "Dear {company}", browser.named("ticket.shown")[-1][2]))
    assert "{company}" in browser.named("toast")[-1][0]
    assert not browser.named("ticket.sent")


async def test_who_looks_and_who_writes_is_seen_by_colleagues_and_not_by_oneself(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await engine.people.add_user(
        SYSTEM, email="mei@desk.example", name="Mei Takeda", role=Role.AGENT, password="correct horse battery"
    )
    ticket_id = await receive(engine)
    _, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    other, _ = await open_desk(engine, feed, mei, f"/tickets/{ticket_id}")
    await feed.settled()
    assert "Mei Takeda" in browser.slot("head")
    assert "Ada" not in browser.slot("head")
    await other.act({"act": "typing", "ticket": ticket_id, "kind": "reply"})
    await feed.settled()
    assert say("presence.reply", name="Mei Takeda") in browser.slot("writing")
    await other.act({"act": "go", "path": "/queue/open"})
    await feed.settled()
    assert browser.slot("writing") == ""
    assert "Mei Takeda" not in browser.slot("head")


async def test_folds_are_remembered_for_the_person(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert 'class="sec shut"' in browser.slot("side-timeline")
    await shell.act({"act": "fold", "section": "timeline", "shut": False})
    await shell.act({"act": "fold", "section": "sla", "shut": True})
    _, again = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    assert 'class="sec shut"' not in again.slot("side-timeline")
    assert 'class="sec shut"' in again.slot("side-sla")


async def test_an_article_goes_into_the_composer(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    text = ArticleText("kb-1", "Door hub offline", Category.TECHNICAL, "Hold the reset button.")
    article = await engine.articles.save(SYSTEM, text)
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    await shell.act({"act": "insert", "article": article.id, "send": True})
    await shell.act({"act": "run", "command": "article", "value": str(article.id), "targets": [ticket_id]})
    assert browser.named("ticket.insert") == [
        (ticket_id, "Hold the reset button.", True),
        (ticket_id, "Hold the reset button.", False),
    ]


async def test_a_ticket_that_is_not_there_says_so(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    _, browser = await open_desk(engine, feed, ada, "/tickets/99999")
    assert say("ticket.missing") in browser.named("ticket.missing")[0][0]

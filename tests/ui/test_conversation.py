"""The thread tells what happened, in order, and shows hostile text as text."""

import re
from datetime import timedelta

from core.domain.entities import Attachment
from core.domain.enums import AttachmentState, Channel, Language, MessageKind, Sentiment
from core.domain.events import EventType
from core.views import MessageView
from tests.ui.factories import NOW, a_message, a_view, an_event, felt
from ui.texts import texts
from ui.ticket.conversation import entries_of
from ui.ticket.event_lines import told_as
from ui.ticket.side_timeline import timeline_section

NOT_ON_A_TICKET = {"user", "token", "session", "rules", "work", "article", "macro", "view", "model"}
TOLD_ON_A_TICKET = [kind for kind in EventType if kind.split(".")[0] not in NOT_ON_A_TICKET]
EVIL = "<img src=x onerror=alert(1)>"


def test_messages_and_events_stand_in_order_of_time() -> None:
    view = a_view(
        a_message(id=1, created_at=NOW),
        a_message(id=2, created_at=NOW + timedelta(minutes=9)),
        events=(an_event(4, EventType.TICKET_ESCALATED, at=NOW + timedelta(minutes=5), data={"reason": "late"}),),
    )
    assert [entry.key for entry in entries_of(view)] == ["message:1", "event:4", "message:2"]


def test_each_kind_of_message_looks_its_own_way() -> None:
    kinds = (MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.NOTE, MessageKind.AUTO_REPLY)
    view = a_view(*(a_message(id=number, kind=kind) for number, kind in enumerate(kinds)))
    assert [entry.style for entry in entries_of(view)] == ["msg", "msg out", "msg noted", "msg out"]


def test_hostile_text_is_escaped_wherever_it_stands() -> None:
    attachment = Attachment(1, 1, EVIL, "text/html", 5, None, AttachmentState.REJECTED, EVIL, False, None)
    shown = a_message(author_name=EVIL, text=EVIL, quoted=EVIL, signature=EVIL)
    view = a_view(
        MessageView(shown.message, None, (attachment,), None),
        events=(an_event(1, EventType.TICKET_ASSIGNED, actor_name=EVIL, data={"assignee": EVIL, "reasons": []}),),
    )
    for entry in entries_of(view):
        assert "<img" not in entry.markup
        assert "&lt;img" in entry.markup


def test_only_what_concerns_the_reader_is_told() -> None:
    view = a_view(events=(an_event(1, EventType.SIGNED_IN), an_event(2, EventType.SLA_STARTED)))
    assert entries_of(view) == []


def test_a_status_says_who_set_it_when_a_person_did() -> None:
    told = an_event(1, EventType.TICKET_STATUS_CHANGED, actor="user:5", actor_name="Ada", data={"to": "in_progress"})
    assert "Ada set <b>In progress</b>" in entries_of(a_view(events=(told,)))[0].markup


def test_a_refused_file_has_its_reason_and_no_link() -> None:
    refused = Attachment(1, 1, "run.exe", "x/y", 5, None, AttachmentState.REJECTED, "not allowed", False, None)
    kept = Attachment(2, 1, "bill.pdf", "x/y", 84_000, "hash", AttachmentState.STORED, "", False, None)
    markup = entries_of(a_view(MessageView(a_message().message, None, (refused, kept), None)))[0].markup
    assert "not allowed" in markup
    assert "/files/1" not in markup
    assert 'href="/files/2"' in markup
    assert "84 kB" in markup


def test_the_original_is_offered_only_where_there_is_one() -> None:
    assert "data-html" not in entries_of(a_view(a_message()))[0].markup
    assert 'data-html="1"' in entries_of(a_view(a_message(html="<p>x</p>")))[0].markup


def test_a_mood_has_an_arrow_against_the_customers_message_before() -> None:
    moods = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.NEUTRAL, Sentiment.VERY_NEGATIVE)
    view = a_view(*(felt(a_message(id=number), mood) for number, mood in enumerate(moods)))
    arrows = [re.findall(r"i-arrow-(up|down)-right", entry.markup) for entry in entries_of(view)]
    assert arrows == [[], ["up"], [], ["down"]]


def test_a_colleague_named_in_a_note_stands_out_and_nobody_else_does() -> None:
    note = a_message(kind=MessageKind.NOTE, text=f"@Ada and @ada okafor, not @Adam nor ada@desk.example {EVIL}")
    markup = entries_of(a_view(note), ["Ada Okafor"])[0].markup
    assert re.findall(r'<span class="mention">([^<]*)</span>', markup) == ["@Ada", "@ada okafor"]
    assert "<img" not in markup


def test_a_customer_mentions_nobody() -> None:
    assert "mention" not in entries_of(a_view(a_message(text="@Ada")), ["Ada Okafor"])[0].markup


def test_a_call_is_told_line_by_line_and_a_summary_of_one_as_text() -> None:
    call = a_message(channel=Channel.PHONE, text=f"Caller: It is locked. {EVIL}\nAgent: Three beeps?")
    summary = a_message(channel=Channel.PHONE, text="She called: the door is locked.\nNo number left")
    assert entries_of(a_view(call))[0].markup.count("<b>Caller</b>") == 1
    assert "<img" not in entries_of(a_view(call))[0].markup
    assert 'class="call"' not in entries_of(a_view(summary))[0].markup


def test_text_of_any_direction_stands_right_and_says_its_language() -> None:
    view = a_view(felt(a_message(text="שלום"), Sentiment.NEUTRAL, language="he"))
    assert 'class="body" dir="auto" lang="he"' in entries_of(view)[0].markup


def test_a_picture_has_a_thumbnail_and_a_script_in_its_clothes_has_none() -> None:
    kinds = ("image/png", "image/svg+xml", "text/html")
    files = tuple(
        Attachment(number, 1, f"file{number}", kind, 5, "hash", AttachmentState.STORED, "", False, None)
        for number, kind in enumerate(kinds)
    )
    markup = entries_of(a_view(MessageView(a_message().message, None, files, None)))[0].markup
    assert re.findall(r'<img src="([^"]+)"', markup) == ["/files/0/preview"]


def test_every_event_of_the_journal_can_be_told() -> None:
    data = {"label": "category", "score": 4}
    events = tuple(an_event(number, kind, data=data) for number, kind in enumerate(TOLD_ON_A_TICKET, 1))
    markup = timeline_section(a_view(events=events), folded=())
    assert markup.count("<li>") == len(events)
    assert [event.type for event in events if told_as(event, a_view().ticket) is None
            and f"timeline.{event.type}" not in texts(Language.EN)] == []  # fmt: skip

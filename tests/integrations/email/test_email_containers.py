"""Files inside other wrappings: uuencode in the text, winmail.dat, invitations."""

import base64
import struct
import time
from collections.abc import Callable

import pytest

from core.domain.messages import InboundMessage
from integrations.email.defects import Defects
from integrations.email.tnef import DamagedTnef, open_tnef

Mail = Callable[..., InboundMessage]

UU = "begin 644 notes.txt\n%2&5L;&\\\n`\nend"


def test_uuencoded_file_in_the_text_becomes_an_attachment(mail: Mail) -> None:
    message = mail(f"See the file.\n\n{UU}\n\nThanks")
    assert message.attachments[0].filename == "notes.txt"
    assert message.attachments[0].content == b"Hello"
    assert message.text == "See the file.\n\n\nThanks"


def test_word_begin_in_prose_is_left_alone(mail: Mail) -> None:
    text = "begin 644 times and\nthen end\nend"
    assert mail(text).text == text
    assert mail("begin 644 file\n%2&5L without an end").attachments == ()


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def string_property(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\x00" * (-len(value) % 4)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


WINMAIL = winmail(
    attribute(1, 0x69007, struct.pack("<II", 1252, 0)),
    attribute(1, 0x6800C, b"Text in Outlook\x00"),
    attribute(2, 0x69002, b"\x00" * 14),
    attribute(2, 0x18010, b"SHORT~1.PDF\x00"),
    attribute(2, 0x6800F, b"%PDF"),
    attribute(
        2,
        0x69005,
        struct.pack("<I", 3)
        + struct.pack("<HHI", 3, 0x3705, 1)
        + string_property(0x1F, 0x3707, "größe.pdf\x00".encode("utf-16-le"))
        + string_property(0x1E, 0x370E, b"application/pdf\x00"),
    ),
)


def in_mail(mail: Mail, tnef: bytes) -> InboundMessage:
    return mail(
        base64.encodebytes(tnef),
        content_type="application/ms-tnef; name=winmail.dat",
        content_transfer_encoding="base64",
    )


def test_winmail_dat_is_opened(mail: Mail) -> None:
    message = in_mail(mail, WINMAIL)
    assert message.text == "Text in Outlook"
    (file,) = message.attachments
    assert (file.filename, file.content_type, file.content) == ("größe.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize("damage", [WINMAIL[:60], b"no tnef at all", WINMAIL[:-40], b"\x78\x9f\x3e\x22"])
def test_damaged_winmail_dat_is_kept_as_it_is(mail: Mail, damage: bytes) -> None:
    message = in_mail(mail, damage)
    assert any(item.content == damage for item in message.attachments) or message.attachments[0].filename == "größe.pdf"


def test_counts_that_lie_are_refused_quickly() -> None:
    lies = [
        winmail(attribute(1, 0x69003, struct.pack("<I", 0xFFFFFFFF) + b"\x00" * 8)),
        winmail(attribute(1, 0x69003, struct.pack("<IHHI", 1, 0x1002, 0x1000, 0xFFFFFFFF))),
        winmail(attribute(1, 0x69003, struct.pack("<IHHI", 1, 0x101E, 0x1000, 0xFFFFFFFF))),
        winmail(attribute(1, 0, b"") * 300_000),
    ]
    began = time.perf_counter()
    for lie in lies:
        with pytest.raises(DamagedTnef):
            open_tnef(lie, Defects())
    assert time.perf_counter() - began < 2


INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
DTSTART:19700101T000000
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Call about the outage\\, part 2
DTSTART;TZID="Europe/Berlin":20250303T100000
DTEND;TZID="Europe/Berlin":20250303T103000
LOCATION:Room 5
ORGANIZER;CN="Cole, Kim":mailto:kim@x.example
DESCRIPTION:Bring the
  logs\\nand coffee
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_invitation_is_readable_and_kept(mail: Mail) -> None:
    message = mail(INVITATION, content_type="text/calendar; method=REQUEST; charset=utf-8")
    assert message.text == (
        "Invitation: Call about the outage, part 2\n"
        "When: 2025-03-03 10:00 (Europe/Berlin) to 2025-03-03 10:30 (Europe/Berlin)\n"
        "Where: Room 5\n"
        "Organiser: Cole, Kim <kim@x.example>\n"
        "Notes: Bring the logs\nand coffee"
    )
    assert message.attachments[0].filename == "attachment-1.ics"


def test_answer_to_an_invitation_says_who_and_how(mail: Mail) -> None:
    reply = INVITATION.replace("REQUEST", "REPLY").replace(
        "LOCATION:Room 5", "ATTENDEE;PARTSTAT=DECLINED;CN=Lee:mailto:lee@x.example"
    )
    assert "Reply: Lee <lee@x.example> declined" in mail(reply, content_type="text/calendar").text


def test_calendar_without_an_event_is_only_kept(mail: Mail) -> None:
    message = mail("BEGIN:VCALENDAR\nEND:VCALENDAR", content_type="text/calendar")
    assert message.text == ""
    assert len(message.attachments) == 1

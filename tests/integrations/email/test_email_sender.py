"""Who wrote, when, and under which id the message is known."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.domain.messages import InboundMessage

Mail = Callable[..., InboundMessage]


@pytest.mark.parametrize(
    ("written", "email", "name"),
    [
        ("kim@x.example", "kim@x.example", None),
        ("<KIM@X.Example>", "kim@x.example", None),
        ('"Cole, Kim" <kim@x.example>', "kim@x.example", "Cole, Kim"),
        ("Kim @ Work <kim@x.example>", "kim@x.example", "Kim @ Work"),
        ('"kim@x.example" <kim@x.example>', "kim@x.example", None),
        ("kim@x.example (Kim Cole)", "kim@x.example", "Kim Cole"),
        ("Kim (the \\) one) <kim@x.example(work)>", "kim@x.example", "Kim"),
        ("=?utf-8?Q?J=C3=B6rn?= <j@x.example>", "j@x.example", "Jörn"),
        ("=?utf-8?B?S2ltIDxraW1AeC5leGFtcGxlPg==?=", "kim@x.example", "Kim"),
        ("Team: Kim <kim@x.example>, lee@x.example;", "kim@x.example", "Kim"),
        ("kim@x.example lee@x.example", "kim@x.example", None),
        ("<@relay.example:kim@x.example>", "kim@x.example", None),
        ("Kim <kim @ x . example>", "kim@x.example", "Kim"),
        ("Kim <kim@x.example", "kim@x.example", "Kim"),
        ("mailto:kim@x.example", "kim@x.example", None),
        ('"Kim\\" C" <kim@x.example>', "kim@x.example", 'Kim" C'),
        ("Jöhn <jö@exämple.net>", "jö@exämple.net", "Jöhn"),
    ],
)
def test_senders_are_found(mail: Mail, written: str, email: str, name: str | None) -> None:
    customer = mail(**{"from": written}).customer
    assert (customer.email, customer.name) == (email, name)


def test_two_from_headers_give_the_first(mail: Mail) -> None:
    message = mail(head="From: Lee <lee@x.example>\n")
    assert message.customer.email == "kim@customer.example"
    assert any("more than one sender" in defect for defect in message.defects)


def test_unusable_from_gives_way_to_other_headers(mail: Mail) -> None:
    message = mail(**{"from": "Kim Cole", "reply_to": "kim@x.example"})
    assert (message.customer.email, message.customer.name) == ("kim@x.example", "Kim Cole")


def test_strangers_without_an_address_stay_apart(mail: Mail) -> None:
    one, two = mail("a", **{"from": ""}).customer, mail("b", **{"from": ""}).customer
    assert one.handle
    assert two.handle
    assert one.handle != two.handle


def test_reply_to_of_a_person_does_not_change_who_they_are(mail: Mail) -> None:
    assert mail(reply_to="other@x.example").customer.email == "kim@customer.example"


@pytest.mark.parametrize("robot", ["no-reply@shop.example", "do-not-reply@shop.example", "support@desk.example"])
def test_contact_form_mail_belongs_to_its_reply_to(mail: Mail, robot: str) -> None:
    message = mail(**{"from": f"Web form <{robot}>", "reply_to": "Kim <kim@x.example>"})
    assert (message.customer.email, message.customer.name) == ("kim@x.example", "Kim")
    assert message.automatic is None


def test_group_rewriting_is_undone(mail: Mail) -> None:
    message = mail(**{"from": "'Kim Cole' via Support <support@desk.example>", "x_original_from": "kim@x.example"})
    assert (message.customer.email, message.customer.name) == ("kim@x.example", "Kim Cole")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)),
        ("21 Nov 97 09:55:06 GMT", datetime(1997, 11, 21, 9, 55, 6, tzinfo=UTC)),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)),
        ("Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)", datetime(1969, 2, 14, 3, 2, tzinfo=UTC)),
        ("2025-02-01T10:00:00+01:00", datetime(2025, 2, 1, 9, 0, tzinfo=UTC)),
        ("Sat, 01 Mar 2025 20:00:00 +0000", datetime(2025, 3, 1, 20, 0, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_utc(mail: Mail, written: str, moment: datetime) -> None:
    assert mail(date=written).sent_at == moment


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "Mon, 30 Jun 3609 15:33:50 +0600", "Wed, 15 Dec 2010 59:10 -0500", "32 Jan 2024 25:61 +0000"],
)
def test_bad_and_future_dates_are_none(mail: Mail, written: str) -> None:
    message = mail(date=written)
    assert message.sent_at is None
    assert any("date" in defect for defect in message.defects)


def test_redelivered_mail_has_the_same_id(mail: Mail) -> None:
    first = mail("Where is it?", received="from a by b; Fri, 28 Feb 2025 09:30:01 +0000", x_spam="1")
    again = mail("Where is it?\r\n", received="from c by d; Fri, 28 Feb 2025 09:35:00 +0000")
    assert first.external_id == again.external_id


def test_same_text_sent_in_another_encoding_has_the_same_id(mail: Mail) -> None:
    first = mail("Größe", content_type="text/plain; charset=utf-8")
    again = mail(
        "Gr=C3=B6=C3=9Fe", content_type="text/plain; charset=utf-8", content_transfer_encoding="quoted-printable"
    )
    assert first.external_id == again.external_id


def test_other_mail_under_a_used_message_id_has_its_own_id(mail: Mail) -> None:
    ids = {
        mail("one").external_id,
        mail("two").external_id,
        mail("one", subject="Other").external_id,
        mail("one", date="Fri, 28 Feb 2025 09:31:00 +0000").external_id,
    }
    assert len(ids) == 4


def test_old_style_message_id_is_normalised(mail: Mail) -> None:
    assert (
        mail(message_id="<1234   @   local(blah)  .machine .example>").message_id_header
        == "<1234@local.machine.example>"
    )


@pytest.mark.parametrize("written", ["", "<>", "< >", "<x>", f"<{'a' * 900}@x>"])
def test_without_a_usable_message_id_the_hash_is_the_id(mail: Mail, written: str) -> None:
    message = mail(message_id=written)
    assert message.message_id_header is None
    assert message.external_id.startswith("sha256:")


def test_external_ids_fit_their_column(mail: Mail) -> None:
    assert len(mail(message_id=f"<{'a' * 395}@x>").external_id) <= 512


def test_references_are_in_order_with_the_newest_last(mail: Mail) -> None:
    message = mail(references="<a@x> <b@x>\n <broken id@x> <a@x>", in_reply_to="<c@x> kim@x.example")
    assert message.references == ("<b@x>", "<a@x>", "<c@x>")

"""Trees of parts: the usual, the broken and the hostile."""

import base64
import time
from collections.abc import Callable

import pytest

from core.domain.errors import Unreadable
from core.domain.messages import InboundMessage
from integrations.email.limits import EmailLimits

Mail = Callable[..., InboundMessage]

PNG = base64.b64encode(b"\x89PNG picture").decode()


def multipart(kind: str, *parts: str, boundary: str = "b1") -> str:
    joined = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{joined}--{boundary}--\n'


def in_mail(read: Mail, tree: str, **options: object) -> InboundMessage:
    return read(f"From: kim@customer.example\nMessage-ID: <1@x>\nSubject: s\n{tree}", **options)


TEXT = "Content-Type: text/plain\n\nHello from kim"
HTML = "Content-Type: text/html\n\n<p>Hello from <b>kim</b></p>"
PICTURE = (
    "Content-Type: image/png; name=a.png\nContent-ID: <pic@x>\nContent-Disposition: inline\n"
    f"Content-Transfer-Encoding: base64\n\n{PNG}"
)


def test_plain_mail_is_read_whole(mail: Mail) -> None:
    message = mail("First line\r\nSecond line\r\n")
    assert (message.text, message.html, message.attachments) == ("First line\nSecond line", None, ())
    assert message.subject == "My order"
    assert message.customer.email == "kim@customer.example"
    assert message.defects == ()


def test_alternatives_give_text_and_html(read: Mail) -> None:
    message = in_mail(read, multipart("alternative", TEXT, HTML))
    assert message.text == "Hello from kim"
    assert message.html == "<p>Hello from <b>kim</b></p>"


def test_html_alone_is_turned_into_text(read: Mail) -> None:
    message = in_mail(read, HTML)
    assert message.text == "Hello from kim"


def test_stub_text_gives_way_to_html(read: Mail) -> None:
    stub = "Content-Type: text/plain\n\nYour mail program can't show HTML messages."
    assert in_mail(read, multipart("alternative", stub, HTML)).text == "Hello from kim"


def test_inline_picture_keeps_its_content_id(read: Mail) -> None:
    html = 'Content-Type: text/html\n\n<p>See <img src="cid:pic@x" alt="photo"></p>'
    message = in_mail(read, multipart("related", html, PICTURE))
    (picture,) = message.attachments
    assert (picture.filename, picture.inline, picture.content_id) == ("a.png", True, "pic@x")
    assert picture.content == b"\x89PNG picture"
    assert 'src="cid:pic@x"' in (message.html or "")


def test_text_before_and_after_a_picture_is_joined(read: Mail) -> None:
    after = "Content-Type: text/plain\n\nand that was it"
    message = in_mail(read, multipart("mixed", TEXT, PICTURE, after))
    assert message.text == "Hello from kim\n\nand that was it"


def test_forwarded_message_is_kept_byte_for_byte(read: Mail) -> None:
    inner = "From: lee@other.example\r\nSubject: Old bill\r\n\r\n>From the start\r\nbye"
    message = in_mail(read, multipart("mixed", TEXT, f"Content-Type: message/rfc822\n\n{inner}"))
    (attachment,) = message.attachments
    assert (attachment.filename, attachment.content_type) == ("Old bill.eml", "message/rfc822")
    assert attachment.content == inner.encode()


def test_text_file_is_an_attachment_and_not_the_text(read: Mail) -> None:
    log = "Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nerror 42"
    message = in_mail(read, multipart("mixed", TEXT, log))
    assert message.text == "Hello from kim"
    assert message.attachments[0].content == b"error 42"


def test_named_inline_text_is_read_when_it_is_all_there_is(read: Mail) -> None:
    note = "Content-Type: text/plain; name=note.txt\nContent-Disposition: inline\n\nonly this"
    message = in_mail(read, multipart("mixed", note))
    assert message.text == "only this"
    assert message.attachments[0].filename == "note.txt"


def test_attachment_without_body_comes_through(read: Mail) -> None:
    message = in_mail(read, f"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n{PNG}")
    assert message.text == ""
    assert [item.filename for item in message.attachments] == ["a.pdf"]
    assert "The message has no text." in message.defects


def test_unknown_part_types_are_kept(read: Mail) -> None:
    odd = "Content-Type: x-weird/thing\n\nodd bytes"
    signature = "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----"
    message = in_mail(read, multipart("signed", TEXT, odd, signature))
    assert [item.content_type for item in message.attachments] == ["x-weird/thing", "application/pgp-signature"]


def test_boundary_that_begins_like_another_is_not_confused(read: Mail) -> None:
    inner = multipart("alternative", TEXT, HTML, boundary="b1_alt")
    message = in_mail(read, multipart("mixed", inner, PICTURE))
    assert message.text == "Hello from kim"
    assert len(message.attachments) == 1


@pytest.mark.parametrize(
    "header",
    ["multipart/mixed", "multipart/mixed; boundary=wrong", "multipart/mixed; boundary=", 'multipart/mixed; boundary="'],
)
def test_missing_or_wrong_boundary_is_found_in_the_text(read: Mail, header: str) -> None:
    message = in_mail(read, f"Content-Type: {header}\n\n--real\n{TEXT}\n--real--\n")
    assert message.text == "Hello from kim"
    assert any("boundary" in defect for defect in message.defects)


def test_cut_off_mail_keeps_what_arrived(read: Mail) -> None:
    message = in_mail(read, f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{TEXT}\n--b\nContent-Type: text/pl")
    assert message.text == "Hello from kim"
    assert any("cut off" in defect for defect in message.defects)


def test_multipart_without_parts_is_read_as_text(read: Mail) -> None:
    message = in_mail(read, "Content-Type: multipart/mixed; boundary=b\n\nJust words")
    assert message.text == "Just words"


def test_unquoted_boundary_with_equals_signs_is_understood(read: Mail) -> None:
    tree = f"Content-Type: multipart/mixed; boundary=----=_Part_1.2\n\n------=_Part_1.2\n{TEXT}\n------=_Part_1.2--\n"
    assert in_mail(read, tree).text == "Hello from kim"


def test_second_content_type_does_not_hide_the_parts(read: Mail) -> None:
    tree = multipart("mixed", TEXT).replace("\n\n", "\nContent-type: text/plain\n\n", 1)
    assert in_mail(read, tree).text == "Hello from kim"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(read: Mail, line_end: str) -> None:
    raw = f"From: kim@x.example\nSubject: s\n{multipart('mixed', TEXT, PICTURE)}".replace("\n", line_end)
    message = read(raw)
    assert message.text == "Hello from kim"
    assert message.attachments[0].content == b"\x89PNG picture"


def test_empty_file_is_unreadable(read: Mail) -> None:
    for nothing in (b"", b"\r\n \n"):
        with pytest.raises(Unreadable):
            read(nothing)


def test_body_without_headers_comes_through(read: Mail) -> None:
    message = read("Please help me, nothing works")
    assert message.text == "Please help me, nothing works"
    assert message.customer.handle is not None
    assert message.external_id.startswith("sha256:")


def test_garbage_among_headers_does_not_end_them(read: Mail) -> None:
    message = read("From: kim@x.example\nthis is no header\nSubject: Still here\n\nbody")
    assert (message.subject, message.text) == ("Still here", "body")


def test_text_right_after_headers_is_kept(read: Mail) -> None:
    message = read("From: kim@x.example\nSubject: s\nHello without a blank line\nsecond line")
    assert message.text == "Hello without a blank line\nsecond line"


def test_ten_thousand_parts_take_bounded_time(read: Mail) -> None:
    raw = "From: kim@x.example\n" + multipart("mixed", *[TEXT] * 10_000)
    began = time.perf_counter()
    message = read(raw)
    assert time.perf_counter() - began < 3
    assert any("more than 500 parts" in defect for defect in message.defects)
    assert message.raw == raw.encode()


def test_deep_nesting_ends_in_a_file(read: Mail) -> None:
    tree = TEXT
    for level in range(200):
        tree = multipart("mixed", tree, boundary=f"level{level}")
    message = in_mail(read, tree)
    assert any("nested deeper" in defect for defect in message.defects)
    assert b"Hello from kim" in message.attachments[0].content


def test_huge_headers_are_bounded(read: Mail) -> None:
    message = read("From: kim@x.example\n" + "X-Pad: " + "a" * 300_000 + "\n" + "X-More: b\n" * 50_000 + "\nbody")
    assert message.text == "body"
    assert any("headers are too long" in defect for defect in message.defects)


def test_text_beyond_the_limit_stays_in_the_original(read: Mail) -> None:
    message = in_mail(read, "\n" + "word " * 100, limits=EmailLimits(max_text_chars=50))
    assert len(message.text) <= 50
    assert message.raw.count(b"word") == 100


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("filename=plain.txt", "plain.txt"),
        ("filename=This is it.txt", "This is it.txt"),
        ('filename="a \\"b\\".txt"', "a _b_.txt"),
        ("filename*=utf-8''na%C3%AFve.txt", "naïve.txt"),
        ("filename*0*=utf-8''na%C3%AF; filename*1=ve.txt", "naïve.txt"),
        ("filename==?utf-8?B?w6kudHh0?=", "é.txt"),
        ('filename="=?utf-8?B?w6kudHh0?="', "é.txt"),
        ("filename=../../etc/passwd", "passwd"),
        ("filename=C:\\temp\\evil.exe", "evil.exe"),
    ],
)
def test_file_names_are_decoded_and_harmless(read: Mail, declared: str, name: str) -> None:
    part = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {declared}\n\nx"
    assert in_mail(read, multipart("mixed", TEXT, part)).attachments[0].filename == name


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", "SGVsbG8="),
        ("BASE64 ", "SGVs\nbG8"),
        ("base64;", "SGVs!!bG8"),
        ("quoted printable", "Hel=6Co"),
        ("7-bit", "Hello"),
        ("text/html", "Hello"),
        ("", "Hello"),
        ("x-uuencode", "begin 644 a\n%2&5L;&\\\n`\nend\n"),
    ],
)
def test_misspelt_transfer_encodings_are_read(read: Mail, encoding: str, body: str) -> None:
    assert in_mail(read, f"Content-Transfer-Encoding: {encoding}\n\n{body}").text == "Hello"

"""What was written now, apart from the history and the signature; and nothing lost on the way."""

from collections.abc import Callable

import pytest

from core.domain.messages import InboundMessage
from integrations.email.signatures import split_signature

Mail = Callable[..., InboundMessage]


def test_message_that_is_all_quotation_keeps_its_text(mail: Mail) -> None:
    message = mail("On Monday, Desk <a@x.example> wrote:\n> Do you need help?\n")
    assert "Do you need help?" in message.text
    assert message.quoted == ""


def test_history_in_html_is_apart(mail: Mail) -> None:
    html = (
        "<div>It still fails.</div><div class=gmail_quote><div>Den fre 28 feb. 2025 kl 09:30 skrev Desk:</div>"
        "<blockquote>Have you tried?</blockquote></div>"
    )
    message = mail(html, content_type="text/html")
    assert message.text == "It still fails."
    assert "Have you tried?" in message.quoted
    assert "Have you tried?" in (message.html or "")


def test_html_that_is_all_quotation_keeps_its_text(mail: Mail) -> None:
    message = mail('<div class="gmail_quote">All I have to say</div>', content_type="text/html")
    assert message.text == "All I have to say"


def test_nothing_is_lost_between_the_pieces(mail: Mail) -> None:
    message = mail(
        "Answer\n-- \nKim Cole\nCole Ltd\n\nOn Monday, Desk <a@x.example> wrote:\n> Question\n", subject="Re: x"
    )
    assert (message.text, message.signature) == ("Answer", "--\nKim Cole\nCole Ltd")
    assert message.quoted == "On Monday, Desk <a@x.example> wrote:\n> Question"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nKim Cole\n+44 20 7946 0000",
        "--\nKim",
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Get Outlook for iOS <https://aka.ms/o0ukef>",
        "Enviado desde mi iPhone",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon téléphone",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "iPhoneから送信",
        "发自我的iPhone",
        "從我的 iPad 傳送",
    ],
)
def test_signatures_are_apart(signature: str) -> None:
    assert split_signature(f"Please call me.\n\n{signature}\n") == ("Please call me.", signature)


def test_signature_alone_stays_the_text(mail: Mail) -> None:
    message = mail("-- \nKim Cole\n")
    assert message.text == "--\nKim Cole"
    assert message.signature == ""


def test_dashes_far_from_the_end_are_no_signature() -> None:
    text = "First part\n--\n" + "more text\n" * 60
    assert split_signature(text) == (text, "")

"""What was written now, apart from the history."""

import pytest

from core.quotes import split_reply

ATTRIBUTIONS = [
    "On Fri, Feb 28, 2025 at 9:30 AM Desk <support@desk.example> wrote:",
    "On 28.02.2025 09:30, Desk\nwrote:",
    "On Fri, Feb 28, 2025 at 9:30 AM Support of the Desk\n<support@desk.example>\nwrote:",
    "El vie, 28 feb 2025 a las 9:30, Desk (<support@desk.example>) escribió:",
    "Le ven. 28 févr. 2025 à 09:30, Desk <support@desk.example> a écrit :",
    "Am Fr., 28. Feb. 2025 um 09:30 Uhr schrieb Desk <support@desk.example>:",
    "Am 28.02.2025 um 09:30 schrieb Desk:",
    "2025年2月28日(金) 9:30 Desk <support@desk.example>:",
    "2025年2月28日 9:30、Desk <support@desk.example>のメール:",
    "Desk <support@desk.example> 于2025年2月28日周五 09:30写道：",
    '在 2025-02-28 09:30:00，"Desk" <support@desk.example> 写道：',
    "Desk wrote:",
]
ORIGINALS = [
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----",
    "-----Message d'origine-----",
    "-----元のメッセージ-----",
    "------------------ 原始邮件 ------------------",
]
HEADER_BLOCKS = [
    "From: Desk <support@desk.example>\nSent: Friday\nTo: Kim\nSubject: Re: order",
    "*From:* Desk\n*Sent:* Friday\n*To:* Kim\n*Subject:* Re: order",
    "Von: Desk\nGesendet: Freitag\nAn: Kim\nBetreff: AW: Bestellung",
    "De: Desk\nEnviado el: viernes\nPara: Kim\nAsunto: RE: pedido",
    "De : Desk\nEnvoyé : vendredi\nÀ : Kim\nObjet : RE: commande",
    "差出人: Desk\n送信日時: 2025年2月28日\n宛先: Kim\n件名: Re: 注文",
    "发件人: Desk\n发送时间: 2025年2月28日\n收件人: Kim\n主题: 回复: 订单",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_quoted_history_below_an_attribution_is_apart(attribution: str) -> None:
    split = split_reply(f"It still fails.\n\n{attribution}\n> Have you tried\n> a restart?\n", "Re: help")
    assert split.own == "It still fails."
    assert split.quoted == f"{attribution}\n> Have you tried\n> a restart?"


@pytest.mark.parametrize("marker", [*ORIGINALS, *HEADER_BLOCKS])
def test_unprefixed_history_below_a_marker_is_apart(marker: str) -> None:
    split = split_reply(f"It still fails.\n\n________________________________\n{marker}\n\nHave you tried?", "Re: help")
    assert split.own == "It still fails."
    assert split.quoted.startswith("____")
    assert split.quoted.endswith("Have you tried?")


def test_answer_below_the_quotation_is_found() -> None:
    split = split_reply("On Monday, Desk <a@x.example> wrote:\n> Which size?\n\nSize 42, please.", "Re: shoes")
    assert split.own == "Size 42, please."
    assert "Which size?" in split.quoted


def test_answers_between_quoted_lines_stay_with_them() -> None:
    text = "On Monday, Desk <a@x.example> wrote:\n> Which size?\n42\n> Which colour?\nRed"
    assert split_reply(text, "Re: shoes").own == text


def test_quoted_lines_without_an_attribution_are_apart() -> None:
    split = split_reply("Yes!\n\n> Do you want it?\n> Really?", "Re: offer")
    assert (split.own, split.quoted) == ("Yes!", "> Do you want it?\n> Really?")


def test_forwarded_mail_is_not_history() -> None:
    headers = "From: Shop\nDate: Monday\nTo: Kim\nSubject: Bill"
    text = f"See below.\n\n---------- Forwarded message ---------\n{headers}\n\n100 EUR"
    assert split_reply(text, "Fwd: Bill").own == text
    assert split_reply(text, "Bill").own == text


@pytest.mark.parametrize("subject", ["Fwd: x", "WG: x", "RV: x", "TR: x", "转发: x"])
def test_header_block_in_a_forward_is_content(subject: str) -> None:
    text = f"Please check\n\n{HEADER_BLOCKS[0]}\n\nthe content"
    assert split_reply(text, subject).own == text


@pytest.mark.parametrize(
    "prose",
    [
        "He wrote: call me.\nSo I did.",
        "From: this morning it fails\nand I can't work",
        "On the site I wrote: help\nNobody came.",
        "Am I right?\nIch schrieb: nein, danke.",
        "The price is > 100 EUR",
    ],
)
def test_prose_is_not_taken_for_history(prose: str) -> None:
    assert split_reply(prose, "Re: x").own == prose

"""Text in every charset that is declared rightly, wrongly or not at all."""

from collections.abc import Callable

import pytest

from core.domain.messages import InboundMessage

Mail = Callable[..., InboundMessage]

CASES = [
    ("utf-8", "Grüße aus Köln", "utf-8"),
    ("UTF8", "Grüße aus Köln", "utf-8"),
    ("iso-8859-1", "“quoted” – déjà vu", "cp1252"),
    ("windows-1251", "Не работает вход", "cp1251"),
    ("cp-850", "Größe", "cp850"),
    ("koi8-r", "Не работает", "koi8-r"),
    ("iso-2022-jp", "荷物が届きません", "iso2022_jp"),
    ("shift_jis", "①荷物が届きません", "cp932"),
    ("euc-jp", "荷物が届きません", "euc_jp"),
    ("ks_c_5601-1987", "배송이 늦어요", "cp949"),
    ("gb2312", "包裹還沒有到", "gb18030"),
    ("big5", "包裹還沒有到", "big5"),
    ("utf-16", "Hello wide", "utf-16"),
]


@pytest.mark.parametrize(("declared", "text", "codec"), CASES)
def test_declared_charset_is_honoured(mail: Mail, declared: str, text: str, codec: str) -> None:
    message = mail(text.encode(codec), content_type=f"text/plain; charset={declared}")
    assert message.text == text


@pytest.mark.parametrize("declared", ["us-ascii", "x-unknown", "nonsense-9", "", "idna", "rot13", "zlib_codec"])
def test_wrong_charset_falls_back_to_utf8(mail: Mail, declared: str) -> None:
    message = mail("Grüße, 荷物".encode(), content_type=f"text/plain; charset={declared}")
    assert message.text == "Grüße, 荷物"


def test_undeclared_cyrillic_is_guessed(mail: Mail) -> None:
    text = "Здравствуйте, я не могу войти в свою учётную запись и прошу вас помочь мне как можно скорее."
    message = mail(text.encode("cp1251"))
    assert message.text == text
    assert any("without a charset" in defect for defect in message.defects)


def test_few_western_letters_are_read_as_windows_1252(mail: Mail) -> None:
    assert mail("Das Paket ist beschädigt".encode("cp1252")).text == "Das Paket ist beschädigt"


def test_text_encoded_twice_is_undone(mail: Mail) -> None:
    twice = "包裹還沒有到".encode("big5").decode("latin-1").encode("utf-8")
    assert mail(twice, content_type="text/plain; charset=big5").text == "包裹還沒有到"


def test_nul_and_control_characters_are_taken_out(mail: Mail) -> None:
    assert mail(b"a\x00b\x07c\td\x1b[0m").text == "a\ufffdbc\td[0m"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=", "Grüße aus Köln"),
        ("=?utf-8?Q?one?=\n =?utf-8?Q?two?=", "onetwo"),
        ("=?utf-8?Q?one?= and =?utf-8?Q?two?=", "one and two"),
        ("=?utf-8?B?44G?=\n =?utf-8?B?gg==?=", "あ"),
        ("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
        ("=?utf-8*en?Q?Hello?=", "Hello"),
        ("=?utf-8?Q?with space inside?=", "with space inside"),
        ("=?utf-8?Q?cut off", "=?utf-8?Q?cut off"),
        ("=?utf-8?Q?cut_of", "cut of"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("=?utf-8?B?!!!?=", ""),
        ("=?utf-8?Q?=FF=FE?=", "\ufffd\ufffd"),
        ("Re: =?utf-8?Q?caf=C3=A9?= tail", "Re: café tail"),
        ("plain \udcc3\udca4 utf-8", "plain ä utf-8"),
        ("plain \udce4 latin", "plain ä latin"),
        ("evil\u202ereversed", "evilreversed"),
    ],
)
def test_subjects_are_decoded(mail: Mail, written: str, read_as: str) -> None:
    assert mail(subject=written).subject == read_as


def test_eight_bit_subject_uses_the_charset_of_the_text(mail: Mail) -> None:
    subject = "Не работает".encode("koi8-r").decode("utf-8", "surrogateescape")
    assert mail(subject=subject, content_type="text/plain; charset=koi8-r").subject == "Не работает"


def test_html_charset_of_the_part_is_used(mail: Mail) -> None:
    message = mail("<p>Größe</p>".encode("cp1252"), content_type="text/html; charset=windows-1252")
    assert message.text == "Größe"


@pytest.mark.parametrize(("delsp", "joined"), [("no", "one two three"), ("yes", "one twothree")])
def test_flowed_paragraphs_are_joined(mail: Mail, delsp: str, joined: str) -> None:
    message = mail("one two \nthree\n> quoted\n", content_type=f"text/plain; format=flowed; delsp={delsp}")
    assert message.text == joined
    assert message.quoted == "> quoted"

"""Subjects compare equal across the prefixes of mail programs, and only then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.subjects import normalise_subject


@pytest.mark.parametrize(
    "subject",
    [
        "My order 12",
        "Re: My order 12",
        "RE:My order 12",
        "re : my  ORDER 12 ",
        "Re: Fwd: AW: WG: My order 12",
        "Re[2]: My order 12",
        "Re(3): My order 12",
        "RV: My order 12",
        "TR : My order 12",
        "Réf: My order 12",
        "Antw: My order 12",
        "SV: VS: My order 12",
        "回复：My order 12",
        "答复: 转发：My order 12",
        "返信: My order 12",
        "Automatic reply: My order 12",
        "Réponse automatique : My order 12",
        "[EXTERNAL] Re: [EXT] My order 12",
    ],
)
def test_prefixes_do_not_count(subject: str) -> None:
    assert normalise_subject(subject) == "my order 12"


@pytest.mark.parametrize(
    ("subject", "normal"),
    [
        ("", ""),
        ("Re:", ""),
        ("Re: Re: ", ""),
        ("Return: my order", "return: my order"),
        ("Refund", "refund"),
        ("I: lost my key", "i: lost my key"),
        ("Auto: Versicherung", "auto: versicherung"),
        ("[#12] Hello", "[#12] hello"),
    ],
)
def test_ordinary_words_stay(subject: str, normal: str) -> None:
    assert normalise_subject(subject) == normal


@given(st.text(max_size=200))
def test_normal_form_is_stable(subject: str) -> None:
    once = normalise_subject(subject)
    assert normalise_subject(f"Re: {once}") == normalise_subject(once)

"""Variables are filled in and nothing else happens to a text."""

import pytest

from core.domain.enums import Category, Language
from core.domain.macros import Part, fill, first_name, missing_in, unknown_in
from tests.factories import a_macro

VALUES = {"customer.name": "Kim Park", "company": None, "agent.name": "Ada", "ticket.number": "1001"}


def test_a_filled_text_shows_what_was_filled_in() -> None:
    assert fill("Hello {customer.name}, {ticket.number}.", VALUES) == (
        Part("Hello "),
        Part("Kim Park", "customer.name"),
        Part(", "),
        Part("1001", "ticket.number"),
        Part("."),
    )


def test_a_variable_without_a_value_stays_in_braces_and_is_said_to_be_missing() -> None:
    parts = fill("For {company}", VALUES)
    assert parts == (Part("For "), Part("{company}", "company", is_missing=True))
    assert missing_in("".join(part.text for part in parts)) == ("company",)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{ customer.name }",
        "{1}",
        "{{x",
        "}{",
        '{"json": 1}',
        "{customer-name}",
        "{agent.name!r}",
        "{agent.name:>9}",
    ],
)
def test_other_braces_are_text(text: str) -> None:
    assert fill(text, VALUES) == (Part(text),)
    assert unknown_in(text) == ()


def test_braces_around_a_variable_are_text_too() -> None:
    assert "".join(part.text for part in fill("{{agent.name}}", VALUES)) == "{Ada}"


@pytest.mark.parametrize("name", ["customer", "customer.__class__", "Customer.Name", "agent.password", "foo"])
def test_what_looks_like_a_variable_and_is_none_is_told(name: str) -> None:
    assert unknown_in(f"Hello {{{name}}}") == (name,)
    assert fill(f"{{{name}}}", VALUES) == (Part(f"{{{name}}}"),)


def test_what_a_customer_calls_themselves_is_not_filled_in_again() -> None:
    (part,) = fill("{customer.name}", {"customer.name": "{agent.name}", "agent.name": "Ada"})
    assert part == Part("{agent.name}", "customer.name")


def test_an_empty_text_has_no_parts() -> None:
    assert fill("", VALUES) == ()


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ingrid Halvarsen", "Ingrid"),
        ("  Ingrid   Halvarsen ", "Ingrid"),
        ("Dr. Ingrid Halvarsen", "Ingrid"),
        ("Frau Prof. Dr. Ingrid Halvarsen", "Ingrid"),
        ("Halvarsen, Ingrid", "Ingrid"),
        ("Ms Halvarsen", "Ms Halvarsen"),
        ("J. Smith", "J. Smith"),
        ("Kim", "Kim"),
        ("", ""),
        ("田中 太郎", "田中 太郎"),
        ("王伟", "王伟"),
        ("김민준", "김민준"),
    ],
)
def test_the_first_name_is_what_one_calls_a_person(name: str, called: str) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize("language", [Language.JA, Language.ZH, "ja"])
def test_japanese_and_chinese_call_a_person_by_the_whole_name(language: str) -> None:
    assert first_name("Zhao Weilin", language) == "Zhao Weilin"
    assert first_name("Ingrid Halvarsen", None, language) == "Ingrid Halvarsen"


def test_a_macro_is_read_in_the_first_language_it_has() -> None:
    macro = a_macro(bodies={Language.DE: "Hallo", Language.EN: "Hello"})
    assert macro.language_for(Language.DE, Language.FR) is Language.DE
    assert macro.language_for(None, "fr", "de") is Language.DE
    assert macro.language_for("xx", None) is Language.EN
    assert a_macro(bodies={Language.JA: "こんにちは"}).language_for("fr") is Language.JA


def test_an_intent_fits_better_than_a_category() -> None:
    macro = a_macro(category=Category.BILLING, intents=("wrong_charge",))
    fits = [macro.fits(Category.BILLING, "wrong_charge"), macro.fits(Category.BILLING, "invoice_request")]
    assert [*fits, macro.fits(Category.ACCOUNT, None), a_macro(category=None).fits(None, None)] == [2, 1, 0, 0]

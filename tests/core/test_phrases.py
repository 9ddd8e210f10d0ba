"""What the desk says on its own is said in six languages and reads well without a name."""

import string

import pytest

from core.domain.enums import Language
from core.phrases import _TEXTS, Phrase, addressed, phrase

VALUES = {
    "name": "",
    "number": 1001,
    "answer_by": "2026-03-02 09:00 UTC",
    "answer": "{curly} text",
    "link": "https://x",
}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("wanted", list(Phrase))
def test_every_phrase_is_translated_with_the_same_fields(wanted: Phrase) -> None:
    texts = _TEXTS[wanted]
    assert set(texts) == {language.value for language in Language}
    assert len({frozenset(_fields(text)) for text in texts.values()}) == 1


@pytest.mark.parametrize("language", [language.value for language in Language])
def test_braces_of_a_customer_or_an_article_are_only_text(language: str) -> None:
    assert "{curly} text" in phrase(Phrase.ANSWER, language, **VALUES)
    assert "{0}" in phrase(Phrase.ANSWER, language, **{**VALUES, "name": addressed("{0}", language)})


def test_a_language_without_translation_is_answered_in_english() -> None:
    assert phrase(Phrase.SURVEY, "tlh", **VALUES) == phrase(Phrase.SURVEY, None, **VALUES)


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("en", "Hello Kim Park,"), ("de", "Guten Tag Kim Park,"), ("ja", "Kim Park様"), ("zh", "您好Kim Park：")],
)
def test_a_name_is_greeted_as_the_language_does(language: str, greeting: str) -> None:
    text = phrase(Phrase.ANSWER, language, **{**VALUES, "name": addressed(" Kim\n Park ", language)})
    assert text.startswith(greeting)


def test_without_a_name_the_greeting_stands_alone() -> None:
    assert phrase(Phrase.ANSWER, "en", **{**VALUES, "name": addressed("  ", "en")}).startswith("Hello,")

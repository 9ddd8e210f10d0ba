import asyncio

import pytest

from core.domain.analysis import Analysis, Explanation
from models.analyzer import LocalAnalyzer
from models.encoder import Encoder
from models.explain import MOST_UNITS, SHOWN, explain
from models.heads import Heads

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Hello, I want a refund for order 48213.", "en", "refund"),
        ("Ich habe mein Passwort vergessen.", "de", "Passwort"),
        ("¿Dónde está mi paquete?", "es", "paquete"),
        ("Je veux annuler mon abonnement.", "fr", "abonnement"),
    ],
)
def test_the_word_that_says_it_carried_the_category(
    encoder: Encoder, heads: Heads, text: str, language: str, word: str
) -> None:
    carriers = explain(encoder, heads, text, language).category.carriers
    assert word in [carrier.word.strip(".?!") for carrier in carriers if carrier.effect > 0]


def test_languages_without_blanks_show_their_pieces(encoder: Encoder, heads: Heads) -> None:
    text = "パスワードを忘れてログインできません"
    carriers = explain(encoder, heads, text, "ja").intent.carriers
    assert carriers
    assert all(carrier.word in text for carrier in carriers)


def test_carriers_are_few_and_the_strongest_come_first(encoder: Encoder, heads: Heads) -> None:
    found = explain(encoder, heads, "My parcel never arrived and the agent was rude about it, I want my money.", "en")
    for explained in (found.category, found.intent, found.sentiment):
        carriers = explained.carriers
        strengths = [abs(carrier.effect) for carrier in carriers]
        assert len(carriers) <= SHOWN
        assert strengths == sorted(strengths, reverse=True)


def test_calm_messages_have_no_words_of_urgency(encoder: Encoder, heads: Heads) -> None:
    assert explain(encoder, heads, "Do you sell this lamp in green as well?", "en").urgent.carriers == ()


@pytest.mark.parametrize("text", ["parcel and refund " * 400, "退款和包裹" * 600])
def test_long_texts_cost_no_more_than_a_bounded_number_of_readings(
    encoder: Encoder, heads: Heads, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = encoder.read_tokens

    def counted(rows: list[list[int]]) -> object:
        read.append(len(rows))
        return whole(rows)

    monkeypatch.setattr(encoder, "read_tokens", counted)
    explain(encoder, heads, text, "en")
    assert sum(read) <= MOST_UNITS + 5


@pytest.mark.parametrize("text", ["", "🙂", "?!"])
def test_where_there_is_no_word_nothing_carried(encoder: Encoder, heads: Heads, text: str) -> None:
    found = explain(encoder, heads, text, "und")
    assert not any(each.carriers for each in (found.category, found.intent, found.sentiment, found.urgent))


@pytest.mark.parametrize(
    "text",
    [
        "My parcel never arrived, please help!",
        "My parcel never arrived and I asked twice already. " * 40,
        "Please cancel it today.\n\n-- \nJo Miller\nHead of Sales",
    ],
)
def test_what_is_explained_is_what_the_analysis_says(analyzer: LocalAnalyzer, text: str) -> None:
    async def both() -> tuple[Analysis, Explanation]:
        (read,) = await analyzer.analyse([text])
        return read, await analyzer.explain(text)

    read, found = asyncio.run(both())
    assert (found.category.label, found.intent.label, found.sentiment.label) == (
        read.category,
        read.intent,
        read.sentiment,
    )
    assert found.category.confidence == pytest.approx(read.category_confidence, abs=0.02)
    assert found.urgent.label == str(read.urgent).lower()
    assert found.model == read.model

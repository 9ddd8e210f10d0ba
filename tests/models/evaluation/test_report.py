from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.enums import Category, Sentiment
from models.evaluation import evaluate
from models.evaluation.reliability_plot import reliability_figure, write_plot
from models.training.corpus import Example
from tests.factories import an_analysis

SAID = an_analysis(sentiment=Sentiment.NEGATIVE, sentiment_confidence=0.8, intent_confidence=0.7)
PARCEL = Example(
    id="1",
    text="Where is my parcel?",
    language="en",
    batch="b",
    channel="chat",
    intent="track_order",
    sentiment=Sentiment.NEGATIVE,
    urgent=False,
    wants_human=False,
)
BILL = replace(PARCEL, id="2", language="de", channel="email", intent="wrong_charge", sentiment=Sentiment.POSITIVE)


def test_figures_are_told_for_all_and_for_each_language_and_channel() -> None:
    figures = evaluate([PARCEL, BILL], [SAID, SAID])
    assert figures["all"]["category"]["accuracy"] == 0.5
    assert figures["languages"]["en"]["category"]["accuracy"] == 1.0
    assert figures["languages"]["de"]["category"]["accuracy"] == 0.0
    assert figures["channels"].keys() == {"chat", "email"}
    assert figures["all"]["language"]["accuracy"] == 0.5


def test_only_the_whole_has_tables() -> None:
    figures = evaluate([PARCEL, BILL], [SAID, SAID])
    table = figures["all"]["category"]
    assert len(table["confusion"]) == len(table["labels"]) == len(Category)
    assert sum(map(sum, table["confusion"])) == 2
    assert "confusion" not in figures["languages"]["en"]["category"]


def test_an_empty_set_has_figures_too() -> None:
    assert evaluate([], [])["all"]["messages"] == 0


def test_labels_that_nobody_gave_are_not_measured() -> None:
    silent = Example("3", "hm", "", "b")
    assert evaluate([silent], [SAID])["all"].keys() == {"messages", "language"}


def test_sentiment_counts_sides_and_leaves_spam_out() -> None:
    figures = evaluate([PARCEL, replace(BILL, intent="spam")], [replace(SAID, sentiment=Sentiment.VERY_NEGATIVE)] * 2)
    assert figures["all"]["sentiment"]["accuracy"] == 0.0
    assert figures["all"]["sentiment"]["three_levels"] == 1.0


def test_flags_are_counted() -> None:
    figures = evaluate([replace(PARCEL, urgent=True), BILL], [replace(SAID, urgent=True), SAID])
    assert figures["all"]["urgent"] == {"count": 1, "said": 1, "f1": 1.0}


def test_one_analysis_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        evaluate([PARCEL, BILL], [SAID])


def test_the_plot_shows_each_head_beside_the_diagonal(tmp_path: Path) -> None:
    figures = evaluate([PARCEL, BILL], [SAID, SAID])["all"]
    names = [trace.name for trace in reliability_figure(figures).data]
    assert [name.split(",")[0] for name in names] == ["as sure as right", "category", "intent", "sentiment"]
    write_plot(figures, tmp_path / "plot.html")
    page = (tmp_path / "plot.html").read_text("utf-8")
    assert "category, ECE" in page
    assert "<script src=" not in page

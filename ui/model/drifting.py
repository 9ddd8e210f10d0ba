"""What comes in and how sure the model is of it, day by day, and how far that has moved."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from core.domain.drift import DRIFTED, WATCH, Drift, DriftDay, Mark, Shift, Signal, Window
from ui.charts import Axes, Layer, Line, bar_chart, legend, level, line_chart, steps
from ui.figures import number, percent
from ui.markup import Html, icon, tag
from ui.model.cards import card, inside, quiet, wide
from ui.texts import name_of, say

_COLOURS = ("c-1", "c-2", "c-3", "c-4", "c-5", "c-6")
_REST = "c-mute"
_MOST = 5
_UNDETERMINED = "und"
_SIGNALS = {
    Signal.LANGUAGE: "c-1",
    Signal.CATEGORY: "c-2",
    Signal.CATEGORY_CONFIDENCE: "c-3",
    Signal.SENTIMENT_CONFIDENCE: "c-4",
}
_MARKS = {
    Mark.STEADY: ("good", "check"),
    Mark.WATCH: ("warn", "alert-triangle"),
    Mark.DRIFTED: ("bad", "alert-triangle"),
    Mark.TOO_FEW: ("", "minus"),
}


def drift_cards(drift: Drift) -> list[Html]:
    if not drift.messages:
        return [card(12, say("model.drift"), say("model.drift.hint"), quiet(say("model.drift.empty")))]
    return [
        _index(drift),
        _shares(drift, say("model.languages"), "language", lambda day: day.languages),
        _shares(drift, say("model.categories"), "category", lambda day: day.categories),
        _confidence(drift),
        _troubles(drift),
        _volume(drift),
        _by_day(drift),
    ]


def _index(drift: Drift) -> Html:
    first = drift.shifts[0].by_day
    top = max(0.3, *(value or 0.0 for shift in drift.shifts for _, value in shift.by_day))
    axes = Axes(len(first) - 1, top * 1.1, _dates([day for day, _ in first]), steps(top * 1.1, 3, _two_decimals))
    lines = [
        Line(name_of("signal", shift.signal), _SIGNALS[shift.signal],
             [(place, value) for place, (_, value) in enumerate(shift.by_day)])
        for shift in drift.shifts
    ]  # fmt: skip
    marks = tag("div", [_mark(shift) for shift in drift.shifts], class_="marks")
    label = f"{say('model.drift')}: " + ", ".join(_said(shift) for shift in drift.shifts)
    levels = (level(axes, WATCH, say("model.drift.watch")), level(axes, DRIFTED, say("model.drift.drifted")))
    windows = tag("p", say("model.drift.windows", reference=_window(drift.reference), recent=_window(drift.recent)),
                  class_="is-xs muted")  # fmt: skip
    return card(
        4, say("model.drift"), say("model.drift.hint"), inside(marks, line_chart(label, axes, lines, *levels), windows)
    )


def _mark(shift: Shift) -> Html:
    tone, sign = _MARKS[shift.mark]
    value = "–" if shift.index is None else number(shift.index, 2)
    swatch = tag("i", class_="swatch-line", style=f"background:var(--{_SIGNALS[shift.signal]})")
    name = tag("span", name_of("signal", shift.signal), class_="grow")
    return tag("div", swatch, name, tag("span", value, class_="num"),
               tag("span", icon(sign, "is-xs"), say(f"model.mark.{shift.mark}"), class_=f"badge {tone}".strip()),
               class_="hs is-sm")  # fmt: skip


def _said(shift: Shift) -> str:
    value = "" if shift.index is None else f" {number(shift.index, 2)}"
    return f"{name_of('signal', shift.signal)}{value} ({say(f'model.mark.{shift.mark}')})"


def _shares(drift: Drift, title: str, kind: str, shares: Callable[[DriftDay], Mapping[str, float]]) -> Html:
    """Stacked to one. What the model could not tell, and the least frequent values beyond the colours, are grey."""
    totals: Counter[str] = Counter()
    for day in drift.days:
        for value, share in shares(day).items():
            totals[value] += share * day.messages  # type: ignore[assignment]
    ranked = [value for value, _ in totals.most_common()]
    sure = [value for value in ranked if value != _UNDETERMINED]
    kept = sure if len(sure) <= len(_COLOURS) else sure[:_MOST]
    rest = [value for value in ranked if value not in kept]
    layers = [
        Layer(name_of(kind, value), _COLOURS[place],
              [shares(day).get(value, 0.0) if day.messages else None for day in drift.days])
        for place, value in enumerate(kept)
    ]  # fmt: skip
    if rest:
        others = [sum(shares(day).get(value, 0.0) for value in rest) if day.messages else None for day in drift.days]
        layers.append(Layer(name_of(kind, rest[0]) if len(rest) == 1 else say("model.rest"), _REST, others))
    label = f"{title}: " + ", ".join(f"{name_of(kind, one)} {percent(totals[one] / drift.messages)}" for one in ranked)
    chart = bar_chart(label, _day_axes(drift.days, 1.0, steps(1.0, 4, percent)), layers)
    entries = [(layer.name, layer.colour) for layer in layers]
    return card(4, title, say("model.of_messages"), inside(legend(entries), chart))


def _confidence(drift: Drift) -> Html:
    lines, told = [], []
    for name, colour, found in (
        ("category", "c-1", [day.category_confidence for day in drift.days]),
        ("sentiment", "c-3", [day.sentiment_confidence for day in drift.days]),
    ):
        mean = [(place + 0.5, one.mean if one else None) for place, one in enumerate(found)]
        tenth = [(place + 0.5, one.tenth if one else None) for place, one in enumerate(found)]
        lines += [Line(name, colour, mean), Line(name, colour, tenth, is_dashed=True)]
        told.append((say("model.confidence.of", head=say(f"side.{name}")), colour))
    axes = _day_axes(drift.days, 1.0, steps(1.0, 4, percent))
    label = f"{say('model.confidence')}: {', '.join(name for name, _ in told)}"
    return card(4, say("model.confidence"), say("model.confidence.hint"),
                inside(legend(told, lines=True), line_chart(label, axes, lines)))  # fmt: skip


def _troubles(drift: Drift) -> Html:
    """Three shares that should stay small."""
    shown: tuple[tuple[str, str, Callable[[DriftDay], float | None]], ...] = (
        ("unsure", "c-2", lambda day: day.category_confidence.below_half if day.category_confidence else None),
        ("unknown", "c-4", lambda day: day.unknown),
        ("corrected", "c-1", lambda day: day.corrected),
    )
    lines = [
        Line(name, colour, [(place + 0.5, of(day)) for place, day in enumerate(drift.days)])
        for name, colour, of in shown
    ]
    top = max(0.1, *(value or 0.0 for line in lines for _, value in line.points)) * 1.1
    axes = _day_axes(drift.days, top, steps(top, 4, percent))
    entries = [(say(f"model.share.{name}"), colour) for name, colour, _ in shown]
    label = f"{say('model.troubles')}: {', '.join(name for name, _ in entries)}"
    return card(4, say("model.troubles"), say("model.of_messages"),
                inside(legend(entries, lines=True), line_chart(label, axes, lines)))  # fmt: skip


def _volume(drift: Drift) -> Html:
    top = max(4, *(day.messages for day in drift.days))
    top += -top % 4
    axes = _day_axes(drift.days, top, steps(top, 4, number))
    layer = Layer(say("model.messages"), "c-1", [day.messages for day in drift.days])
    label = say("model.volume.label", count=number(drift.messages))
    hint = say("model.volume.hint", count=number(drift.messages))
    return card(4, say("model.volume"), hint, inside(bar_chart(label, axes, [layer])))


def _by_day(drift: Drift) -> Html:
    """What the charts show, in figures: for who hears the page, and for who wants to know exactly."""
    names = ("messages", "languages", "mean_category", "tenth_category", "unsure", "mean_sentiment", "tenth_sentiment",
             "unknown", "corrected")  # fmt: skip
    head = tag("tr", tag("th", say("model.day"), scope="col"),
               [tag("th", say(f"model.column.{name}"), scope="col", class_=None if name == "languages" else "r")
                for name in names])  # fmt: skip
    rows = [tag("tr", tag("th", day_name(day.day), scope="row"), _figures(day)) for day in reversed(drift.days)]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="tbl dense plain")
    title = say("model.by_day")
    folded = tag("details", tag("summary", title, tag("span", say("model.by_day.hint"), class_="sub")),
                 wide(title, table), data_key="by-day")  # fmt: skip
    return tag("section", folded, class_="card w12")


def _figures(day: DriftDay) -> list[Html]:
    category, sentiment = day.category_confidence, day.sentiment_confidence
    languages = ", ".join(f"{name_of('language', code)} {percent(share)}" for code, share in day.languages.items())
    values = (
        *((category.mean, category.tenth, category.below_half) if category else (None,) * 3),
        *((sentiment.mean, sentiment.tenth) if sentiment else (None,) * 2),
        day.unknown, day.corrected,
    )  # fmt: skip
    return [
        tag("td", number(day.messages), class_="r"),
        tag("td", languages or "–"),
        *(tag("td", "–" if value is None else percent(value, 1), class_="r") for value in values),
    ]


def _day_axes(days: Sequence[DriftDay], top: float, upward: Sequence[tuple[float, str]]) -> Axes:
    across = [(place + 0.5, words) for place, words in _dates([day.day for day in days])]
    return Axes(len(days), top, across, upward)


def _dates(days: Sequence[date]) -> list[tuple[float, str]]:
    """Three of them are enough: the first, the middle, the last."""
    places = (0, len(days) // 2, len(days) - 1)
    return [(place, day_name(days[place])) for place in places]


def day_name(day: date) -> str:
    """Short, as the language of the reader writes it, and the same for every time zone: these days are of UTC."""
    return say("model.date", day=day.day, month=say(f"month.{day.month}"))


def _window(window: Window) -> str:
    return say("model.window", first=day_name(window.first), last=day_name(window.last), count=number(window.messages))


def _two_decimals(value: float) -> str:
    return number(value, 2)

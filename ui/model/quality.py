"""How good the model is: headline figures, targets by language, confusion, reliability, coverage."""

from collections.abc import Sequence

from core.domain.drift import Drift, DriftDay
from core.domain.enums import Language
from core.domain.model_figures import AT_MOST, TARGETS, Confusion, Figures, Reliability, meets
from core.model_card import ModelCard
from ui.charts import Axes, Line, diagonal, legend, level, line_chart, steps
from ui.figures import number, percent
from ui.markup import Child, Html, icon, tag
from ui.model.cards import card, inside, wide
from ui.texts import name_of, say

_COLOURS = {"category": "c-1", "sentiment": "c-3", "intent": "c-2"}
_DRAWN = ("category", "sentiment", "intent")
_RECENT = 7
_WHITE_FROM = 0.7
"""The share from which a cell of the diagonal is dark enough for white figures."""
_SURE = "0.95"


def kpis(told: ModelCard, drift: Drift) -> Html:
    """The strip across: what was measured once, then what is seen now."""
    figures = told.figures
    seen = (_seen("corrected", drift, [day.corrected for day in drift.days[-_RECENT:]], drift.days[-_RECENT:]),
            _unknown(drift))  # fmt: skip
    if figures is None:
        return tag("section", *seen, class_="kpis", aria_label=say("model.kpis"))
    low, high = figures.interval
    values = figures.all.values
    n = number(figures.all.messages)
    category = next(one for one in figures.reliability if one.head == "category")
    measured = (
        _kpi(say("model.kpi.accuracy"), percent(values["category"], 1),
             say("model.kpi.interval", low=number(low * 100, 1), high=number(high * 100, 1), n=n)),
        _kpi(say("model.kpi.macro_f1"), percent(values["macro F1"], 1),
             say("model.kpi.target", target=percent(TARGETS["macro F1"]))),
        _kpi(say("model.kpi.sentiment"), percent(values["sentiment"], 1),
             say("model.kpi.target", target=percent(TARGETS["sentiment"]))),
        _kpi(say("model.kpi.error"), percent(values["ECE category"], 1),
             say("model.kpi.error_hint", target=percent(TARGETS["ECE category"]))),
        _kpi(say("model.kpi.coverage"), percent(category.coverage.get(_SURE, 0.0), 1),
             say("model.kpi.coverage_hint", precision=percent(float(_SURE)))),
    )  # fmt: skip
    return tag("section", *measured, *seen, class_="kpis", aria_label=say("model.kpis"))


def _unknown(drift: Drift) -> Html:
    days = drift.days[-_RECENT:]
    return _seen("unknown", drift, [day.unknown for day in days], days)


def _seen(name: str, drift: Drift, shares: Sequence[float | None], days: Sequence[DriftDay]) -> Html:
    """The mean of a week, each day by its messages."""
    weighed = [(share, day.messages) for share, day in zip(shares, days, strict=True) if share is not None]
    total = sum(weight for _, weight in weighed)
    share = sum(share * weight for share, weight in weighed) / total if total else None
    return _kpi(say(f"model.kpi.{name}"), "–" if share is None else percent(share, 1),
                say("model.kpi.week", n=number(drift.recent.messages)))  # fmt: skip


def _kpi(name: str, value: str, hint: str) -> Html:
    return tag("div", tag("span", name, class_="k"), tag("span", value, class_="v"),
               tag("span", hint, class_="s", title=hint), class_="kpi")  # fmt: skip


def targets(figures: Figures) -> Html:
    """Figures as rows, languages as columns; what misses its target has a mark beside it."""
    known = {str(one): place for place, one in enumerate(Language)}
    ordered = sorted(figures.languages.items(), key=lambda one: known.get(one[0], len(known)))
    columns = [(name_of("language", code), group) for code, group in ordered]
    columns.append((say("model.all"), figures.all))
    aim = tag("th", say("model.target"), scope="col", class_="r")
    head = tag("tr", tag("th", say("model.figure"), scope="col"), aim,
               [tag("th", name, scope="col", class_="r") for name, _ in columns])  # fmt: skip
    rows = [
        tag("tr", tag("th", say(f"model.figure.{_slug(name)}"), scope="row"),
            tag("td", _aim(name), class_="r muted"),
            [_reached(name, group.values[name]) for _, group in columns])
        for name in TARGETS
    ]  # fmt: skip
    count = tag("tr", tag("th", say("model.messages"), scope="row"), tag("td"),
                [tag("td", number(group.messages), class_="r muted") for _, group in columns])  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", rows, count), class_="tbl dense plain")
    missed = say("model.missed", count=figures.missed) if figures.missed else say("model.none_missed")
    return card(12, say("model.targets"), missed, wide(say("model.targets"), table))


def _aim(name: str) -> str:
    return f"{'≤' if name in AT_MOST else '≥'} {number(TARGETS[name], 2)}"


def _reached(name: str, value: float) -> Html:
    if meets(name, value):
        return tag("td", number(value, 3), class_="r")
    return tag("td", icon("alert-triangle", "is-sm", title=say("model.misses")), number(value, 3), class_="r med warn")


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_")


def confusion(table: Confusion) -> Html:
    """Rows are what people labelled, columns what the model said; a cell has its share of the row and its count."""
    names = [name_of("category", label) for label in table.labels]
    head = tag("tr", tag("td"), [tag("th", name, scope="col", title=name) for name in names],
               tag("th", "n", scope="col", class_="n"))  # fmt: skip
    rows = [
        tag("tr", tag("th", names[row], scope="row"),
            [_cell(count, sum(counts), is_right=row == column) for column, count in enumerate(counts)],
            tag("td", number(sum(counts)), class_="n"))
        for row, counts in enumerate(table.counts)
    ]  # fmt: skip
    title = say("model.confusion")
    hint = say("model.confusion.hint")
    drawn = tag("table", tag("thead", head), tag("tbody", rows), class_="heat", aria_label=f"{title}. {hint}")
    worst = [
        tag(
            "span", say("model.confused", label=name_of("category", label), said=name_of("category", said), count=count)
        )
        for label, said, count in table.mistakes(3)
    ]
    foot = tag("div", tag("span", say("model.most_confused"), class_="muted"), worst, class_="worst is-sm")
    return card(8, title, hint, wide(title, drawn), foot if worst else None)


def _cell(count: int, of: int, *, is_right: bool) -> Html:
    share = count / of if of else 0.0
    heat = min(0.45, share * (0.6 if is_right else 2.2))
    if is_right and share >= _WHITE_FROM:
        heat = 0.86 + 0.14 * (share - _WHITE_FROM) / (1 - _WHITE_FROM)
    colour = "accent" if is_right else "bad-fill"
    style = f"--a:{heat * 100:.0f}%;--k:var(--{colour})"
    content: Child = None
    if count:
        content = (tag("b", number(share * 100), tag("span", " %", class_="unseen")), tag("small", number(count)))
    else:
        content = tag("span", "0", class_="unseen")
    return tag("td", content, style=style, class_="dg" if is_right and share >= _WHITE_FROM else None)


def reliability(heads: Sequence[Reliability]) -> Html:
    axes = Axes(1, 1, steps(1, 4, _hundredths), steps(1, 4, percent), say("model.confidence_axis"), 222)
    drawn = [one for name in _DRAWN for one in heads if one.head == name]
    most = max(each.messages for one in drawn for each in one.bins)
    lines = [
        Line(
            one.head, _COLOURS[one.head],
            [(each.confidence, each.accuracy) for each in one.bins],
            dots=[2.5 + 4.5 * (each.messages / most) ** 0.5 for each in one.bins],
            titles=[say("model.bin", count=number(each.messages), confidence=percent(each.confidence),
                        accuracy=percent(each.accuracy)) for each in one.bins],
        )
        for one in drawn
    ]  # fmt: skip
    entries = [(say("model.with_error", head=say(f"side.{one.head}"), error=percent(one.error, 1)), _COLOURS[one.head])
               for one in drawn]  # fmt: skip
    label = say("model.reliability.label", heads=", ".join(name for name, _ in entries))
    chart = line_chart(label, axes, lines, diagonal(axes))
    return card(4, say("model.reliability"), say("model.reliability.hint"),
                inside(legend(entries, lines=True), chart))  # fmt: skip


def coverage(heads: Sequence[Reliability]) -> Html:
    upward = [(share, percent(share)) for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)]
    axes = Axes(1, 1, steps(1, 4, _hundredths), upward, say("model.coverage_axis"), 222, 0.5)
    drawn = [one for name in _DRAWN for one in heads if one.head == name]
    lines = [
        Line(
            one.head, _COLOURS[one.head],
            [(share, right) for _, share, right in one.curve()],
            dots=[2.5] * len(one.bins),
            titles=[say("model.step", threshold=percent(start), share=percent(share), right=percent(right))
                    for start, share, right in one.curve()],
        )
        for one in drawn
    ]  # fmt: skip
    entries = [
        (say("model.covered", head=say(f"side.{one.head}"), share=percent(one.coverage.get(_SURE, 0.0))),
         _COLOURS[one.head])
        for one in drawn
    ]  # fmt: skip
    aim = level(axes, float(_SURE), say("model.right", share=percent(float(_SURE))))
    label = say("model.coverage.label", heads=", ".join(name for name, _ in entries))
    return card(4, say("model.coverage"), say("model.coverage.hint"),
                inside(legend(entries, lines=True), line_chart(label, axes, lines, aim)))  # fmt: skip


def _hundredths(value: float) -> str:
    return number(value * 100)

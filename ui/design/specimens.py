"""The components with their states, drawn by the helpers that the pages use."""

from collections.abc import Iterable

from core.domain.enums import Channel, CustomerTier, Priority, Sentiment, TicketStatus
from ui import marks
from ui.markup import Child, Html, icon, join, tag
from ui.plain import empty
from ui.texts import name_of, say

_TONES = {
    TicketStatus.NEW: "info", TicketStatus.ASSIGNED: "", TicketStatus.IN_PROGRESS: "accent",
    TicketStatus.PENDING_CUSTOMER: "", TicketStatus.ESCALATED: "bad", TicketStatus.RESOLVED: "good",
    TicketStatus.CLOSED: "line",
}  # fmt: skip
_STATES = ("", "is-hover", "is-focus")


def buttons() -> Html:
    kinds = [
        _set(*(_button(words, f"{kind} {state}") for state in _STATES), _button(words, kind, disabled=True))
        for kind, words in (
            ("primary", say("composer.send")), ("", say("command.assign")), ("ghost", say("command.priority")),
        )
    ]  # fmt: skip
    erase = tag("button", icon("x"), say("design.sample.erase"), class_="btn danger", type="button")
    more = tag("button", icon("dots"), class_="btn icon", type="button", aria_label=say("command.palette"))
    busy = tag("button", icon("loader-2"), say("design.sample.busy"), class_="btn", type="button", aria_busy="true")
    return join(kinds, _set(erase, more, _button(say("design.sample.small"), "is-sm"), busy))


def inputs() -> Html:
    def field(**more: str | bool) -> Html:
        label = say("design.sample.field")
        return tag("input", **{"class_": "input", "type": "text", "aria_label": label, **more})

    wrong = tag("span", icon("alert-circle", "is-sm"), say("design.sample.wrong"), class_="hint bad hs tight")
    return tag(
        "div",
        field(placeholder=say("queue.search")),
        field(class_="input is-focus", value="Q-88213"),
        tag("div", field(class_="input is-error", value="Q-8821", aria_invalid="true"), wrong, class_="field"),
        field(value=say("design.sample.fixed"), disabled=True),
        class_="vs stackup",
    )


def choice() -> Html:
    def check(words: str, style: str, sign: str | None) -> Html:
        return tag("span", tag("span", icon(sign) if sign else None, class_=f"check {style}"), words, class_="hs")

    off, on, some = (say(f"design.sample.{name}") for name in ("off", "on", "some"))
    return join(
        _set(check(off, "", None), check(on, "on", "check"), check(some, "mixed", "minus")),
        _set(tag("span", class_="switch"), off, tag("span", class_="switch on"), on),
        _set(tag("span", tag("span", say("composer.reply"), class_="on"), tag("span", say("composer.note_tab")),
                 class_="seg")),
        _set(tag("span", icon("filter"), say("design.status"), class_="chip on"),
             tag("span", say("design.priority"), class_="chip"),
             tag("span", icon("plus", "is-xs"), say("design.tier"), class_="chip dashed")),
    )  # fmt: skip


def menu() -> Html:
    options = [
        tag("div", icon(marks.STATUS_ICONS[status]), name_of("status", status), class_=f"opt {'on' if at == 0 else ''}")
        for at, status in enumerate(list(TicketStatus)[:3])
    ]
    tip = tag("span", say("command.palette"), tag("span", data_caps="Mod+K", class_="hs tight"), class_="tipbox still")
    return join(tag("div", options, class_="menu"), _set(tip))


def statuses() -> Html:
    return _set(*(tag("span", name_of("status", one), class_=f"badge {_TONES[one]}".strip()) for one in TicketStatus))


def clocks() -> Html:
    def clock(style: str, sign: str | None, text: str) -> Html:
        return tag("span", icon(sign) if sign else None, text, class_=f"clock {style}")

    return _set(
        clock("ok", None, "1:47:05"), clock("risk", "alarm", "22:10"), clock("late", "alert-triangle", "−12:40"),
        clock("paused", "clock-pause", say("clock.paused")),
    )  # fmt: skip


def tiers() -> Html:
    return _set(*(marks.tier_badge(tier) or name_of("tier", tier) for tier in CustomerTier))


def priorities() -> Html:
    return _set(*(_named(marks.priority_mark(one), name_of("priority", one)) for one in Priority))


def sentiments() -> Html:
    return _set(*(_named(marks.sentiment_mark(one), name_of("sentiment", one)) for one in Sentiment))


def channels() -> Html:
    return _set(*(_named(marks.channel_mark(one), name_of("channel", one)) for one in Channel))


def people() -> Html:
    def seen(name: str, *more: Child) -> Html:
        letters = marks.initials(name)
        return tag("span", letters, *more, class_=f"av {marks.hue(name)}", role="img", aria_label=name)

    pen = tag("span", icon("pencil"), class_="st pen")
    group = tag("span", [marks.avatar(name) for name in ("Ada Okafor", "Lin Mei", "田辺 ゆき")], class_="stack")
    return _set(
        seen("Ada Okafor", tag("span", class_="st")), seen("Sam Lindqvist", pen), tag("span", class_="av none"),
        marks.avatar("", automatic=True), group, marks.avatar("Ada Okafor", "s"), marks.avatar("Ada Okafor", "l"),
    )  # fmt: skip


def confidence() -> Html:
    def row(kind: str, value: str, share: int | None, tone: str) -> Html:
        meter = tag("i", class_=tone, style=f"width:{share}%") if share is not None else None
        figure = "–" if share is None else f"{share} %"
        return tag("div", tag("span", say(f"side.{kind}")), tag("span", value, class_="pick"),
                   tag("span", meter, class_="meter"), tag("span", figure, class_="num"), class_="pred")  # fmt: skip

    technical, negative = name_of("category", "technical"), name_of("sentiment", "negative")
    rows = [row("category", technical, 97, "accent"), row("sentiment", negative, 61, "warn")]
    return tag("div", rows, row("intent", say("side.unknown"), None, ""), class_="ai")


def type_sizes() -> Html:
    sizes = ("2xl", "xl", "lg", "md", "base", "sm", "xs")
    return _set(*(tag("span", f"{at}", style=f"font:500 var(--text-{size})") for at, size in enumerate(sizes, 1)))


def ramps() -> Html:
    names = (
        [f"n-{step}" for step in (0, 25, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900)],
        ["accent-soft", "accent-line", "accent", "accent-hover", "good-fill", "warn-fill", "bad-fill", "info-fill"],
        [f"c-{number}" for number in range(1, 7)],
        [f"sent-{step}-fill" for step in range(1, 6)],
    )
    return join(
        tag("div", [tag("span", class_="swatch", style=f"background:var(--{name})", title=name) for name in ramp],
            class_="ramp")
        for ramp in names
    )  # fmt: skip


def banners() -> Html:
    said = (
        ("warn", "wifi-off", say("connection.lost")), ("good", "circle-check", say("connection.back")),
        ("info", "refresh", say("queue.retry")), ("bad", "alert-triangle", say("clock.breached")),
    )  # fmt: skip
    rows = [tag("div", icon(sign), tag("span", words), class_=f"banner {tone}") for tone, sign, words in said]
    return tag("div", rows, class_="vs stackup")


def toasts() -> Html:
    undo = tag("button", say("design.sample.undo"), class_="btn is-sm ghost", type="button")
    good = tag("div", icon("check"), tag("span", say("design.sample.resolved"), class_="grow"), undo, class_="toast")
    bad = tag("div", icon("alert-circle"), tag("span", say("connection.not_sent"), class_="grow"), class_="toast bad")
    return tag("div", good, bad, class_="vs stackup")


def dialog() -> Html:
    foot = tag("div", tag("span", class_="grow"), _button(say("composer.send"), "ghost"),
               _button(say("design.sample.keep"), "primary is-focus"), class_="hs")  # fmt: skip
    return tag("div", tag("h2", say("design.sample.ask")), tag("p", say("connection.lost"), class_="soft"), foot,
               class_="dialog vs stackup")  # fmt: skip


def table() -> Html:
    rows = [
        tag("tr", tag("td", name_of("priority", one)), tag("td", marks.priority_mark(one)), tag("td", at, class_="r"))
        for at, one in enumerate(Priority, 1)
    ]
    head = tag("tr", tag("th", say("design.priority"), scope="colgroup", colspan=2), tag("th", "n", scope="col"))
    body = tag("table", tag("thead", head), tag("tbody", rows), class_="tbl dense")
    return tag("div", tag("header", tag("h2", say("design.priority")), class_="hs"), body, class_="card")


def loading() -> Html:
    def bars(first: int, second: int) -> Html:
        lines = [tag("span", class_="sk", style=f"width:{width}%") for width in (first, second)]
        return tag("div", tag("span", class_="sk round"), tag("span", lines, class_="grow vs stackup"), class_="hs sks")

    return tag("div", bars(52, 84), bars(40, 70), class_="card", aria_hidden="true")


def nothing() -> Html:
    return tag("div", empty("circle-check", say("queue.empty"), say("queue.empty.hint")), class_="card")


def failed() -> Html:
    again = tag("button", icon("refresh"), say("queue.retry"), class_="btn", type="button")
    reference = tag("span", "7f3a20c1", class_="is-xs mono")
    return tag("div", empty("server-2", say("error.page"), say("error.page.hint"), again, reference), class_="card")


def offline() -> Html:
    return tag("div", _button(say("composer.send"), "primary", disabled=True), class_="set")


SPECIMENS = (
    (("buttons", buttons), ("inputs", inputs), ("choice", choice), ("menu", menu), ("type", type_sizes)),
    (("status", statuses), ("clock", clocks), ("tier", tiers), ("priority", priorities), ("sentiment", sentiments),
     ("channels", channels), ("people", people), ("confidence", confidence), ("ramps", ramps)),
    (("banners", banners), ("toasts", toasts), ("dialog", dialog), ("card", table)),
    (("loading", loading), ("empty", nothing), ("error", failed), ("offline", offline)),
)  # fmt: skip
"""In columns, each by the name of its title."""


def sheet() -> Html:
    """All of them."""
    return tag("div", [tag("div", [_section(name, draw()) for name, draw in column]) for column in SPECIMENS],
               class_="sheet")  # fmt: skip


def _section(name: str, content: Html) -> Html:
    return tag("section", tag("h2", say(f"design.{name}")), content, data_specimen=name)


def _set(*content: Child) -> Html:
    return tag("div", *content, class_="set")


def _named(mark: Html, name: str) -> Html:
    return tag("span", mark, name, class_="hs tight")


def _button(words: str, style: str, *, disabled: bool = False) -> Html:
    return tag("button", words, class_=f"btn {style}".strip(), type="button", disabled=disabled)


def token_table(rows: Iterable[tuple[str, str, float, float]]) -> Html:
    """Ink, ground, contrast, least."""
    head = tag("tr", *(tag("th", say(f"design.{name}"), scope="col") for name in ("ink", "ground")), tag("th", "Aa"),
               *(tag("th", say(f"design.{name}"), scope="col", class_="r") for name in ("contrast", "least")),
               )  # fmt: skip
    body = [
        tag("tr", tag("td", ink, class_="mono"), tag("td", ground, class_="mono"),
            tag("td", tag("span", "Aa 123", class_="trial", style=f"color:var(--{ink});background:var(--{ground})")),
            tag("td", f"{ratio:.2f}", class_="r"), tag("td", f"{least:.1f}", class_="r"))
        for ink, ground, ratio, least in rows
    ]  # fmt: skip
    return tag("table", tag("thead", head), tag("tbody", body), class_="tbl dense")

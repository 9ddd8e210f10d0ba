"""Which model this is: its name and state in the bar, its files, and its card."""

from core.domain.ports import AnalyzerState
from core.model_card import ModelCard, ModelFile, Told
from ui.figures import file_size
from ui.marks import time_mark
from ui.markup import Child, Html, icon, tag
from ui.model.cards import card, inside, wide
from ui.texts import fill, say

_TONES = {AnalyzerState.READY: "good", AnalyzerState.LOADING: "info", AnalyzerState.FAILED: "bad"}
_SIGNS = {AnalyzerState.READY: "check", AnalyzerState.LOADING: "clock", AnalyzerState.FAILED: "alert-triangle"}


def bar(told: ModelCard | None) -> Html:
    """Without a model yet, only what the page is."""
    badges: tuple[Child, ...] = ()
    if told is not None:
        state = tag("span", icon(_SIGNS[told.state], "is-xs"), say(f"model.is.{told.state}"),
                    class_=f"badge {_TONES[told.state]}")  # fmt: skip
        name = tag("span", told.name, class_="badge line num") if told.name else None
        badges = (state, name, tag("span", since(told), class_="is-sm muted grow clip"))
    again = tag("button", icon("refresh"), tag("span", say("model.refresh"), class_="not-phone"),
                class_="btn is-sm", type="button", data_refresh=True, data_key="refresh",
                aria_label=say("model.refresh"))  # fmt: skip
    return tag("div", tag("h1", say("model.title")), *badges, tag("span", class_="grow") if not badges else None, again,
               class_="bar")  # fmt: skip


def since(told: ModelCard) -> Html:
    found = told.in_force
    if found is None or found.decided_at is None:
        return fill("model.since.program")
    return fill("model.since.accepted", who=found.decided_by_name or "–", when=time_mark(found.decided_at, "both"))


def banners(told: ModelCard) -> list[Html]:
    """What is not as it should be, above everything else."""
    found = []
    if told.state is AnalyzerState.FAILED:
        found.append(_banner("bad", say("model.failed", reason=told.detail)))
    if told.state is AnalyzerState.LOADING:
        found.append(_banner("info", say("model.loading"), is_passing=True))
    if told.told is not Told.FIGURES:
        found.append(_banner("warn", say(f"model.figures.{told.told}")))
    elif told.in_force is not None:
        found.append(_banner("info", say("model.figures.of_program", id=told.in_force.id)))
    return found


def files(told: ModelCard) -> Html:
    facts = (
        ("name", told.name or "–"), ("encoder", told.encoder or "–"), ("precision", told.precision or "–"),
        ("size", file_size(told.size)), ("heads", f"#{told.in_force.id}" if told.in_force else say("model.of_program")),
    )  # fmt: skip
    listed = tag("dl", [tag("div", tag("dt", say(f"model.fact.{name}")), tag("dd", value, class_="num"))
                        for name, value in facts], class_="facts")  # fmt: skip
    size = tag("th", say("model.column.size"), scope="col", class_="r")
    head = tag("tr", tag("th", say("model.column.file"), scope="col"), size, tag("th", "SHA-256", scope="col"))
    rows = [tag("tr", tag("td", one.name), _size(one), tag("td", one.digest[:16], class_="mono", title=one.digest))
            for one in told.files]  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="tbl dense plain")
    title = say("model.files")
    return card(12, title, "", inside(listed), wide(title, table) if told.files else None, _text(told.text))


def _size(one: ModelFile) -> Html:
    if one.size is None:
        return tag("td", icon("alert-triangle", "is-sm"), say("model.file_missing"), class_="r bad")
    return tag("td", file_size(one.size), class_="r")


def _text(text: str) -> Html | None:
    """The card as it was written, for who wants all of it; it is in English."""
    if not text:
        return None
    written = tag("pre", text, class_="mono", tabindex="0", lang="en", role="region", aria_label=say("model.card"))
    return tag("details", tag("summary", say("model.card")), written, data_key="card")


def _banner(tone: str, words: str, *, is_passing: bool = False) -> Html:
    sign = "info-circle" if tone == "info" else "alert-triangle"
    return tag("div", icon(sign), tag("span", words), class_=f"banner {tone} w12", role="status",
               data_running=is_passing)  # fmt: skip

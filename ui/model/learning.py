"""What people corrected, and the heads that learned from it: taken, turned down or rolled back by an administrator."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.domain.corrections import CorrectedLabel, Correction, CorrectionPage
from core.domain.proposals import Proposal, ProposalState, RetrainingState
from ui.figures import number, percent
from ui.marks import time_mark
from ui.markup import Html, icon, tag
from ui.model.cards import card, inside, wide
from ui.plain import empty
from ui.routing import ticket_path
from ui.texts import name_of, say

_TONES = {ProposalState.PROPOSED: "accent", ProposalState.ACCEPTED: "good"}
_LABELS = ("category", "intent", "sentiment")
_LONGEST = 90


class Verb(StrEnum):
    """What an administrator may do; each is asked for once more."""

    RETRAIN = "retrain"
    ACCEPT = "accept"
    REJECT = "reject"
    ROLL_BACK = "roll_back"


def corrections_card(page: CorrectionPage, count: int, state: RetrainingState) -> Html:
    title, hint = say("model.corrections"), say("model.corrections.hint")
    if not page.corrections:
        return card(5, title, "", empty("checks", say("model.corrections.empty"), hint))
    button = ask_button(Verb.RETRAIN, "refresh", "primary", is_off=state.is_running)
    head = tag("tr", [tag("th", say(f"model.column.{name}"), scope="col") for name in ("message", "said", "is", "by")])
    rows = [tag("tr", _correction(one)) for one in page.corrections]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="tbl dense plain")
    return card(5, title, say("model.waiting", count=number(count)), _progress(state), wide(title, table), end=button)


def _correction(one: Correction) -> list[Html]:
    text = " ".join(one.text.split())
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
    link = tag("a", short, href=ticket_path(one.ticket_id), class_="clip", lang=_lang(one.language), dir="auto")
    return [
        tag("td", link, class_="said"),
        tag("td", [tag("div", _label(each, each.said)) for each in one.labels], class_="soft"),
        tag("td", [tag("div", _label(each, each.value)) for each in one.labels], class_="med"),
        tag("td", one.by_name, tag("span", time_mark(one.at), class_="muted"), class_="who"),
    ]


def _lang(code: str) -> str | None:
    return code if code and code != "und" else None


def _label(one: CorrectedLabel, value: str | None) -> str:
    return name_of(one.label, value) if value else say("side.unknown")


def _progress(state: RetrainingState) -> Html | None:
    if state.is_running:
        words = say("model.running", step=name_of("model.step", state.step), share=percent(state.share))
        meter = tag("span", tag("i", class_="accent", style=f"width:{state.share * 100:.0f}%"), class_="meter grow")
        return tag("div", tag("div", icon("refresh"), tag("span", words), meter, class_="banner info", role="status"),
                   class_="in", data_running=True)  # fmt: skip
    if state.problem:
        said = say("model.failed_run", reason=state.problem)
        return inside(tag("div", icon("alert-circle"), tag("span", said), class_="banner bad", role="alert"))
    return None


def proposals_card(proposals: Sequence[Proposal], encoder: str) -> Html:
    title = say("model.proposals")
    if not proposals:
        return card(7, title, "", empty("history", say("model.proposals.empty"), say("model.proposals.hint")))
    names = ("proposal", "learned", "held_out", "on_corrections", "state")
    head = tag("tr", [tag("th", say(f"model.column.{name}"), scope="col") for name in names],
               tag("th", tag("span", say("model.column.actions"), class_="unseen"), scope="col"))  # fmt: skip
    rows = [tag("tr", _proposal(one, encoder)) for one in proposals]
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="tbl dense plain")
    return card(7, title, say("model.proposals.lead"), wide(title, table))


def _proposal(one: Proposal, encoder: str) -> list[Html]:
    state = tag("span", say(f"model.state.{one.state}"), class_=f"badge {_TONES.get(one.state, '')}".strip())
    decided = tag("span", one.decided_by_name, class_="muted is-xs") if one.decided_by_name else None
    return [
        tag("td", tag("span", f"#{one.id} ", class_="med"), time_mark(one.created_at)),
        tag("td", number(one.corrections), class_="r"),
        tag("td", _change(one, "held_out"), class_="num"),
        tag("td", _change(one, "corrections"), class_="num"),
        tag("td", state, decided, class_="who"),
        tag("td", _verbs(one, encoder), class_="r"),
    ]


def _verbs(one: Proposal, encoder: str) -> list[Html]:
    if one.state is ProposalState.ACCEPTED:
        return [ask_button(Verb.ROLL_BACK, "history", proposal=one.id)]
    if one.state is not ProposalState.PROPOSED:
        return []
    fits = one.encoder == encoder
    return [
        ask_button(Verb.ACCEPT, "check", "primary", proposal=one.id, is_off=not fits),
        ask_button(Verb.REJECT, "x", "ghost", proposal=one.id),
    ]


def _change(one: Proposal, part: str) -> str:
    """Category before and after."""
    was, now = (_share(side, part, "category") for side in (one.before, one.after))
    return f"{was} → {now}"


def _share(side: Mapping[str, Any], part: str, label: str) -> str:
    value = side.get(part, {}).get(label)
    return percent(value, 1) if isinstance(value, int | float) else "–"


def confirmation(verb: Verb, proposal: Proposal | None, corrections: int) -> Html:
    """The dialog before a step: what it does, and the figures before and after where there are any."""
    title = say(f"model.ask.{verb}")
    foot = tag(
        "div", tag("span", class_="grow"),
        tag("button", say("dialog.cancel"), class_="btn ghost", type="button", data_close=True),
        tag("button", say(f"model.do.{verb}"), class_="btn primary", type="button", data_decide=verb,
            data_proposal=proposal.id if proposal else 0),
        class_="hs",
    )  # fmt: skip
    compared = _compared(proposal, verb) if proposal and verb is not Verb.REJECT else None
    return tag("div", tag("h2", title, id="model-dialog-title"),
               tag("p", say(f"model.ask.{verb}.hint", count=number(corrections)), class_="soft"), compared, foot,
               class_="vs stackup")  # fmt: skip


def _compared(proposal: Proposal, verb: Verb) -> Html:
    """Rolling back goes the other way: what is in force now stands first."""
    was, now = (proposal.before, proposal.after) if verb is Verb.ACCEPT else (proposal.after, proposal.before)
    parts = ("held_out", "corrections")
    head = tag("tr", tag("td"), [tag("th", say(f"model.part.{part}", count=_count(was, part)), scope="colgroup",
                                     colspan=2, class_="r") for part in parts])  # fmt: skip
    sides = tag("tr", tag("td"), [tag("th", say(f"model.side.{side}"), scope="col", class_="r")
                                  for _ in parts for side in ("before", "after")])  # fmt: skip
    rows = [
        tag("tr", tag("th", say(f"side.{label}"), scope="row"),
            [tag("td", _share(side, part, label), class_=f"r {'med' if side is now else 'soft'}")
             for part in parts for side in (was, now)])
        for label in _LABELS
    ]  # fmt: skip
    return tag("table", tag("thead", head, sides), tag("tbody", rows), class_="tbl dense plain")


def _count(side: Mapping[str, Any], part: str) -> str:
    count = side.get(part, {}).get("messages")
    return number(count) if isinstance(count, int) else "–"


def ask_button(verb: Verb, sign: str, style: str = "", *, proposal: int = 0, is_off: bool = False) -> Html:
    return tag("button", icon(sign), say(f"model.do.{verb}"), class_=f"btn is-sm {style}".strip(), type="button",
               data_ask=verb, data_proposal=proposal, data_key=f"{verb}-{proposal}", disabled=is_off)  # fmt: skip

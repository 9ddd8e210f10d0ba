"""Behind "why": the words that carried a label, beside the label. Words of customers are escaped like all texts."""

from dataclasses import dataclass

from core.domain.analysis import Carrier
from core.domain.entities import Ticket
from core.explanations import Label, LabelExplanation
from ui import marks
from ui.markup import Child, Html, icon, tag
from ui.texts import fill, name_of, say

_LEAST_SHOWN = 0.04
"""So much of the bar is drawn even for the weakest word."""


@dataclass(frozen=True, slots=True)
class Why:
    """What is open: nothing but the kind while the model is asked, then what it found or why it did not."""

    kind: Label
    found: LabelExplanation | None = None
    problem: str = ""


def labels_of(ticket: Ticket) -> dict[Label, str | None]:
    """As the ticket has them; None where it was not read."""
    return {
        Label.CATEGORY: ticket.category,
        Label.INTENT: ticket.intent,
        Label.SENTIMENT: ticket.sentiment,
        Label.URGENT: str(ticket.urgent).lower() if ticket.category else None,
    }


def value_name(kind: Label, value: str | None) -> str:
    return name_of(kind, value) if value else say("side.unknown")


def why_button(kind: Label, value: str | None, why: Why | None) -> Html:
    is_open = why is not None and why.kind is kind
    words = say("carried.ask", label=say(f"side.{kind}"), value=value_name(kind, value))
    return tag("button", icon("help", "is-sm"), class_="btn ghost icon is-sm why-ask", type="button", data_run="why",
               data_value=kind, data_key=f"why-{kind}", data_tip=say("command.why"), aria_label=words,
               aria_expanded=str(is_open).lower(), aria_controls=f"why-{kind}" if is_open else None)  # fmt: skip


def why_panel(why: Why, value: str | None) -> Html:
    """`value` is what the ticket says, which people and newer models may have changed."""
    words = say("carried.ask", label=say(f"side.{why.kind}"), value=value_name(why.kind, value))
    content = _found(why.found, value) if why.found else _waiting(why)
    return tag("div", content, class_="carried", id=f"why-{why.kind}", role="group", aria_label=words)


def _waiting(why: Why) -> list[Child]:
    if not why.problem:
        return [tag("p", icon("loader-2", "is-sm"), say("carried.asking"), class_="asking")]
    again = tag("button", say("carried.again"), class_="btn is-sm", type="button", data_run="why", data_value=why.kind,
                data_key="why-again")  # fmt: skip
    return [tag("p", why.problem), again]


def _found(one: LabelExplanation, value: str | None) -> list[Child]:
    found = one.found
    told: list[Child] = []
    if found.label != value:
        told.append(tag("p", say("carried.differs", value=value_name(one.kind, found.label))))
    if found.carriers:
        strongest = max(abs(carrier.effect) for carrier in found.carriers)
        told.append(tag("p", say("carried.caption"), class_="cap"))
        told.append(tag("ul", [_word(carrier, strongest) for carrier in found.carriers]))
    else:
        is_calm = one.kind is Label.URGENT and found.label == "false"
        told.append(tag("p", say("carried.calm" if is_calm else "carried.nothing")))
    sure = tag("span", say("carried.sure", share=f"{found.confidence * 100:.0f}"))
    source = tag("span", fill("carried.source", at=marks.time_mark(one.message.created_at)))
    model = tag("span", say("carried.model", model=one.model))
    told.append(tag("p", sure, source, model, class_="from"))
    return told


def _word(carrier: Carrier, strongest: float) -> Html:
    is_for = carrier.effect > 0
    points = f"{abs(carrier.effect) * 100:.0f}"
    width = max(_LEAST_SHOWN, abs(carrier.effect) / strongest) * 100
    bar = tag("span", tag("i", style=f"width:{width:.0f}%"), class_="weight", aria_hidden="true")
    number = tag("span", f"{'+' if is_for else '−'}{points}", class_="num", aria_hidden="true")
    heard = tag("span", say("carried.adds" if is_for else "carried.takes", points=points), class_="only-heard")
    word = tag("span", carrier.word, class_="word", dir="auto", title=carrier.word)
    return tag("li", word, bar, number, heard, class_="for" if is_for else "against")

"""The panel beside a conversation: sections that fold, each with a summary that stays visible."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from ui.frame import slot
from ui.markup import Child, Html, icon, join, tag
from ui.texts import say


class Section(StrEnum):
    """The sections from top to bottom; each has a slot of its own, so that a change sends one section."""

    CUSTOMER = "customer"
    SLA = "sla"
    ASSISTANT = "assistant"
    SIMILAR = "similar"
    TIMELINE = "timeline"

    @property
    def slot(self) -> str:
        return f"side-{self.value}"


FOLDED_AT_FIRST = frozenset({Section.TIMELINE.value})
"""What is shut for who has never folded anything."""
_OPENED = "open:"


def folded_of(kept: Collection[str]) -> frozenset[str]:
    """The sections that are shut; of those that are shut at first, `kept` names the opened ones."""
    opened = {name.removeprefix(_OPENED) for name in kept if name.startswith(_OPENED)}
    return frozenset({name for name in kept if not name.startswith(_OPENED)} | (FOLDED_AT_FIRST - opened))


def kept_of(folded: Collection[str]) -> tuple[str, ...]:
    """What preferences keep, so that `folded_of` gives `folded` again."""
    shut = {name for name in folded if name not in FOLDED_AT_FIRST}
    return tuple(sorted(shut | {_OPENED + name for name in FOLDED_AT_FIRST if name not in folded}))


def side_frame() -> Html:
    label = say("side.close")
    close = tag("button", icon("x"), class_="btn icon ghost only-narrow closer", type="button", data_run="details",
                aria_label=label)  # fmt: skip
    return join(close, [slot(section.slot) for section in Section])


def section(
    kind: Section,
    title: Child,
    *content: Child,
    folded: Collection[str],
    summary: Child = None,
    is_person: bool = False,
) -> Html:
    """One section; its head folds and unfolds it, in the browser at once and for next time on the server."""
    is_shut = kind.value in folded
    head = tag(
        "button", icon("chevron-right" if is_shut else "chevron-down", "is-sm"), tag("span", title, class_="name"),
        tag("span", summary, class_="sum"), type="button", data_fold=kind.value, data_key=f"fold-{kind.value}",
        aria_expanded=str(not is_shut).lower(), aria_controls=f"side-{kind.value}",
    )  # fmt: skip
    styles = ["sec", *(["shut"] if is_shut else []), *(["person"] if is_person else [])]
    body = tag("div", *content, class_="in", id=f"side-{kind.value}", hidden=is_shut)
    return tag("section", tag("h2", head), body, class_=" ".join(styles))


def facts(rows: Iterable[tuple[str, Child]]) -> Html:
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in rows], class_="kv")

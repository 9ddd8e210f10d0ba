"""What the cards of the page share."""

from ui.markup import Child, Html, tag


def card(span: int, title: str, hint: str, *content: Child, end: Child = None) -> Html:
    """`span` of twelve columns; `hint` says how the figures are made, and is seen."""
    head = tag("header", tag("h2", title), tag("span", hint, class_="sub"), end)
    return tag("section", head, *content, class_=f"card w{span}")


def inside(*content: Child) -> Html:
    return tag("div", *content, class_="in")


def wide(label: str, table: Html) -> Html:
    """A table that may be wider than the screen: it scrolls by itself, by keys as well."""
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label=label)


def quiet(words: str) -> Html:
    return tag("p", words, class_="in is-sm muted")

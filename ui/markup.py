"""Builds HTML that can't be broken out of: every text and attribute is escaped, only `Html` passes as it is."""

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Markup that this module made."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]
Attribute = str | int | bool | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """One element. `class_` means class, `data_due` means data-due; True is a bare attribute, None and False none."""
    head = "".join([name, *(_attribute(key, value) for key, value in attributes.items())])
    if name in _VOID:
        return Html(f"<{head}>")
    return Html(f"<{head}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """The children one after another; a nested iterable is flattened and None left out."""
    return Html("".join(_text(child) for child in children))


def icon(name: str, *classes: str, title: str | None = None) -> Html:
    """A mark of icons.css; with a title it speaks to screen readers, without one it is decoration."""
    style = " ".join(["i", f"i-{name}", *classes])
    if title is None:
        return tag("i", class_=style, aria_hidden="true")
    return tag("i", class_=style, role="img", title=title, aria_label=title)


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str | int):
        return escape(str(child), quote=True)
    return join(*child)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'

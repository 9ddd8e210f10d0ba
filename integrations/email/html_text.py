"""Builds plain text from well-formed HTML: paragraphs, lists, tables, links and quotations as a person types them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = frozenset({
    "address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "header", "main", "section", "summary", "table", "tbody", "thead", "tfoot", "caption", "li", "tr",
})  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote"})
_FRAMED = frozenset({"blockquote", "li", "tr", "td", "th"})
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_WHITESPACE = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:font-size|max-height|line-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
# Mailers pad the preview line with invisible characters.
_PADDING = re.compile("(?:[\u034f\u00ad\u200b-\u200f\u2060\u2007\ufeff][ \u00a0]*){3,}")
_QUOTE_CLASSES = frozenset({
    "gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "zmail_extra",
    "outlookmessageheader", "tutanota_quote", "moz-forward-container",
})  # fmt: skip
_QUOTE_IDS = frozenset({
    "divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "stopspelling", "olk_src_body_section",
    "replysplit", "x_divrplyfwdmsg", "x_appendonsend", "isreplycontent",
})  # fmt: skip
_QUOTE_MARK = "\ue0f1"
_MAX_LINK = 500
# Each frame is copied into the one around it, so their depth is bounded; deeper ones become plain lines.
_MAX_FRAMES = 64


@dataclass(slots=True)
class _Frame:
    """Text collected for one element that is laid out as a whole: a quotation, a list item, a table row or cell."""

    tag: str
    pieces: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    number: int | None = None
    tail: str = ""

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.tail = (self.tail + text.replace(_QUOTE_MARK, ""))[-4:]


@dataclass(slots=True)
class _OpenTag:
    hides: bool
    has_frame: bool = False


class TextBuilder(HTMLParser):
    """Feed it nh3's output, then take `result`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._frames = [_Frame("")]
        self._hidden_depth = 0
        self._open: list[_OpenTag] = []
        self._pre = 0
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []

    def result(self, tidy: Callable[[str], str]) -> tuple[str, int | None]:
        while len(self._frames) > 1:
            self._close_frame()
        text = _PADDING.sub(" ", "".join(self._frames[0].pieces)).replace("\u00a0", " ")
        text = tidy(text)
        before, mark, _ = text.partition(_QUOTE_MARK)
        if not mark:
            return text, None
        lines = before.count("\n")
        cleaned = text.replace(_QUOTE_MARK, "")
        own = cleaned[: len(before)]
        lost = own.count("\n") - own.lstrip("\n").count("\n")
        return cleaned.strip("\n"), max(0, lines - lost)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        hides = _is_hidden(attributes)
        if tag not in _VOID:
            self._open.append(_OpenTag(hides))
            self._hidden_depth += hides
        if self._hidden_depth or (hides and tag in _VOID):
            return
        if _starts_quotation(attributes):
            self._newlines(1)
            self._frames[-1].add(_QUOTE_MARK)
        self._begin(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        closed = self._open.pop()
        was_hidden = bool(self._hidden_depth)
        self._hidden_depth -= closed.hides
        if closed.has_frame:
            self._close_frame()
        elif not was_hidden:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden_depth:
            return
        if self._pre:
            self._frames[-1].add(data)
            return
        text = _WHITESPACE.sub(" ", data)
        if text == " " and self._at_line_start():
            return
        self._frames[-1].add(text.lstrip(" ") if self._at_line_start() else text)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._frames[-1].add("\n")
        elif tag == "hr":
            self._newlines(1)
            self._frames[-1].add("---\n")
        elif tag == "img":
            self._image(attributes)
        elif tag == "a":
            self._links.append((attributes.get("href", ""), len(self._frames[-1].pieces)))
        elif tag in ("ul", "ol"):
            self._newlines(1 if self._lists else 2)
            start = attributes.get("start", "1")
            self._lists.append((int(start) if start.isdecimal() and len(start) < 6 else 1) if tag == "ol" else None)
        elif tag in _FRAMED and len(self._frames) < _MAX_FRAMES:
            self._open_frame(tag)
        elif tag in _PARAGRAPHS:
            self._newlines(2)
            self._pre += tag == "pre"
        elif tag in _BLOCKS:
            self._newlines(1)

    def _end(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._close_link()
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._newlines(1 if self._lists else 2)
        elif tag in _PARAGRAPHS:
            self._newlines(2)
            self._pre -= tag == "pre"
        elif tag in _BLOCKS:
            self._newlines(1)

    def _open_frame(self, tag: str) -> None:
        self._open[-1].has_frame = True
        if tag not in ("td", "th"):
            self._newlines(1)
        number = None
        if tag == "li" and self._lists and self._lists[-1] is not None:
            number = self._lists[-1]
            self._lists[-1] = number + 1
        self._frames.append(_Frame(tag, number=number))

    def _close_frame(self) -> None:
        frame = self._frames.pop()
        content = "".join(frame.pieces).strip("\n ")
        parent = self._frames[-1]
        if frame.tag in ("td", "th") and parent.tag == "tr":
            parent.cells.append(content)
            return
        if frame.tag == "tr":
            content = _row([*frame.cells, content])
        elif frame.tag == "blockquote":
            content = _prefixed(content, "> ", "> ")
        elif frame.tag == "li":
            bullet = "- " if frame.number is None else f"{frame.number}. "
            content = _prefixed(content, bullet, " " * len(bullet))
        if content:
            parent.add(content + "\n")

    def _close_link(self) -> None:
        href, began = self._links.pop()
        shown = "".join(self._frames[-1].pieces[began:]).strip()
        target = href.removeprefix("mailto:").removeprefix("tel:")
        is_worth_showing = target and len(href) <= _MAX_LINK and not href.startswith("#") and shown
        if is_worth_showing and target.rstrip("/") not in (shown.rstrip("/"), f"https://{shown}", f"http://{shown}"):
            self._frames[-1].add(f" ({target})")

    def _image(self, attributes: dict[str, str]) -> None:
        alt = attributes.get("alt", "").strip()
        is_pixel = attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1")
        if alt and not is_pixel:
            self._frames[-1].add(f"[{_WHITESPACE.sub(' ', alt)}]")

    def _at_line_start(self) -> bool:
        return not self._frames[-1].tail or self._frames[-1].tail.endswith(("\n", " "))

    def _newlines(self, wanted: int) -> None:
        """End the line, and with two leave a blank one, unless nothing stands before."""
        tail = self._frames[-1].tail.rstrip(" ")
        if not tail:
            return
        present = len(tail) - len(tail.rstrip("\n"))
        if present < wanted:
            self._frames[-1].add("\n" * (wanted - present))


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


def _starts_quotation(attributes: dict[str, str]) -> bool:
    classes = attributes.get("class", "").lower().split()
    return attributes.get("id", "").lower() in _QUOTE_IDS or any(name in _QUOTE_CLASSES for name in classes)


def _row(cells: list[str]) -> str:
    """A row of short cells on one line; a row that lays out blocks of text, one below the other."""
    full = [cell for cell in cells if cell]
    is_data = len(full) > 1 and all("\n" not in cell for cell in full) and sum(map(len, full)) <= 400
    return (" | " if is_data else "\n").join(full)


def _prefixed(content: str, first: str, others: str) -> str:
    if not content:
        return ""
    lines = content.split("\n")
    return "\n".join((first if index == 0 else others) + line for index, line in enumerate(lines))

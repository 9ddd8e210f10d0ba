"""HTML of mail to clean text, and to HTML that is safe to show.

Both start with nh3 (a real HTML5 parser): what comes out of it is well-formed, so the converter needs no repair of
its own, and hostile markup can't make the standard library's parser slow.
"""

import re
import secrets
from html import escape, unescape

import nh3

from integrations.email.cleaning import clean_text, tidy_paragraphs
from integrations.email.html_text import TextBuilder

_DROPPED_WITH_CONTENT = {"script", "style", "title", "noscript", "template", "object", "svg", "math", "select"}
_STRUCTURE = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite",
    "code", "col", "colgroup", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p",
    "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr", "font",
}  # fmt: skip
_SAFE_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "table": {"border", "cellpadding", "cellspacing"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
    "*": {"dir", "lang"},
}
_READING_ATTRIBUTES = {
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "*": {"style", "class", "id", "hidden"},
}
# A scheme that no sender can guess carries remote addresses through nh3, which can drop attributes but not rename.
_REMOTE = f"remote-{secrets.token_hex(8)}"
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]+$", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:|mailto:|tel:)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_NEVER_NEST = frozenset(
    {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "p", "li", "td", "tr", "th", "option"}
)
# An HTML5 parser looks through all open elements at most tags: deep times wide is what costs.
_MAX_DEPTH = 1_000
_MAX_WORK = 10_000_000
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]"
    r"|<(?:p|div|table|span|font|center)(?:\s[^>]*)?>)",
    re.IGNORECASE,
)


def _safe_attribute(_tag: str, attribute: str, value: str) -> str | None:
    value = value.strip()
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute != "src":
        return value
    if value[:4].lower() == "cid:" or _INLINE_IMAGE.match(value):
        return value
    return f"{_REMOTE}:{value}" if value[:5].lower() in ("http:", "https") else None


_SAFE = nh3.Cleaner(
    tags=_STRUCTURE,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_SAFE_ATTRIBUTES,
    attribute_filter=_safe_attribute,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    url_relative="deny",
)
_READABLE = nh3.Cleaner(
    tags=_STRUCTURE,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_READING_ATTRIBUTES,
    strip_comments=True,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
)


def safe_html(html: str) -> str:
    """HTML without scripts, styles, forms and anything that tells a stranger that the mail was opened.

    Images inside the message (`cid:`, `data:`) stay; a remote image keeps its address in `data-remote-src`, for a
    screen that asks before it loads.
    """
    return _SAFE.clean(_bounded(html)).replace(f' src="{_REMOTE}:', ' data-remote-src="').strip()


def html_to_text(html: str) -> tuple[str, int | None]:
    """The readable text, and the line at which the mail program's own quotation begins (None without one)."""
    builder = TextBuilder()
    builder.feed(_READABLE.clean(_bounded(html)))
    builder.close()
    return builder.result(tidy_paragraphs)


def looks_like_html(text: str) -> bool:
    """Whether a body without a usable type is HTML by its first tag."""
    return bool(_LOOKS_LIKE_HTML.match(text))


def _bounded(html: str) -> str:
    """`html`, or its bare text when its tags nest so much that a parser would take many seconds."""
    html = clean_text(html)
    depth = work = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _NEVER_NEST:
            depth += -1 if match[1] else 1
        work += max(depth, 1)
        if depth > _MAX_DEPTH or work > _MAX_WORK:
            return escape(unescape(_ANY_TAG.sub(" ", html)))
    return html

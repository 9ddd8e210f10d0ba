"""The tree of parts (RFC 2046), split by our own hand over bytes.

The standard library's parser is not used here: it takes time proportional to depth times lines, recurses without a
bound and rewrites nested messages. This one reads each level once, stops at the limits, and keeps every part's bytes.
"""

import re
from dataclasses import dataclass, replace

from integrations.email.defects import Defects
from integrations.email.headers import Headers, split_head
from integrations.email.limits import EmailLimits
from integrations.email.parameters import ParameterValue, parse_parameters
from integrations.email.transfer import decode_transfer

_TYPE = re.compile(r"([a-z0-9!#$&^_.+-]+)/([a-z0-9!#$&^_.+-]+)", re.IGNORECASE)
_DELIMITER_TAIL = re.compile(rb"(-{0,2})[ \t]*(?:\r\n|\n|\r|$)")
_LIKELY_DELIMITER = re.compile(rb"(?:^|\n)--([^\r\n]{1,200})\r?\n(?=content-[a-z-]+[ \t]*:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One node. `body` is still in its transfer encoding; `raw` is the part with its headers, as it came."""

    headers: Headers
    content_type: str
    type_parameters: ParameterValue
    disposition: ParameterValue
    body: bytes
    raw: bytes
    children: tuple["Part", ...] = ()
    is_too_deep: bool = False

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    @property
    def filename(self) -> str | None:
        """The name its sender gave, from whichever header has one."""
        return (
            self.disposition.parameters.get("filename")
            or self.type_parameters.parameters.get("name")
            or self.disposition.parameters.get("name")
            or None
        )

    def content(self, defects: Defects) -> bytes:
        """The body with its transfer encoding undone."""
        return decode_transfer(self.body, self.headers.first("content-transfer-encoding"), defects)


class _Budget:
    def __init__(self, limits: EmailLimits) -> None:
        self.limits, self.parts = limits, 0


def parse_message(raw: bytes, limits: EmailLimits, defects: Defects) -> Part:
    """The tree of a whole message. Never raises; damage is told in `defects`."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\r\n")
    stripped = raw.lstrip(b"\r\n")
    if stripped != raw:
        defects.add("Blank lines stand before the headers.")
    return _parse(stripped, "text/plain", 0, _Budget(limits), defects)


def _parse(raw: bytes, default_type: str, depth: int, budget: _Budget, defects: Defects) -> Part:
    budget.parts += 1
    headers, body = split_head(raw, budget.limits, defects)
    type_value = _content_type(headers, body, defects)
    content_type = _type_name(type_value.value, default_type, defects)
    disposition = parse_parameters(headers.first("content-disposition"), defects)
    part = Part(headers, content_type, type_value, disposition, body, raw)
    if part.main_type != "multipart":
        return part
    if depth >= budget.limits.max_depth:
        defects.add(f"Parts are nested deeper than {budget.limits.max_depth}; the inner ones are kept as one file.")
        return replace(part, is_too_deep=True)
    return _with_children(part, depth, budget, defects)


def _with_children(part: Part, depth: int, budget: _Budget, defects: Defects) -> Part:
    sections = _sections(part.body, part.type_parameters.parameters.get("boundary"), budget, defects)
    default_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for section in sections:
        if budget.parts >= budget.limits.max_parts:
            defects.add(f"There are more than {budget.limits.max_parts} parts; the rest is only in the original.")
            break
        children.append(_parse(section, default_type, depth + 1, budget, defects))
    return replace(part, children=tuple(children))


def _content_type(headers: Headers, body: bytes, defects: Defects) -> ParameterValue:
    """The first Content-Type, unless another one is the multipart whose boundary the body really has."""
    values = [parse_parameters(value, defects) for value in headers.all("content-type") if value] or [
        ParameterValue("", {})
    ]
    if len(values) > 1:
        defects.add("There is more than one Content-Type.")
        for value in values:
            boundary = value.parameters.get("boundary", "")
            if value.value.startswith("multipart/") and boundary and boundary.encode("utf-8", "replace") in body:
                return value
    return values[0]


def _type_name(value: str, default: str, defects: Defects) -> str:
    if not value:
        return default
    match = _TYPE.match(value)
    if match:
        return f"{match[1]}/{match[2]}"
    defects.add(f"The content type {value[:60]!r} is not valid.")
    return default


def _sections(body: bytes, boundary: str | None, budget: _Budget, defects: Defects) -> list[bytes]:
    """The bytes of each part; [] when no delimiter can be found."""
    found = _split(body, boundary.rstrip().encode("utf-8", "replace"), budget, defects) if boundary else None
    if found is None and (likely := _LIKELY_DELIMITER.search(body)):
        defects.add("The declared boundary is not in the message; another was found.")
        found = _split(body, likely[1].rstrip(), budget, defects)
    if found is None:
        defects.add("The message is declared multipart but has no parts.")
    return found or []


def _split(body: bytes, boundary: bytes, budget: _Budget, defects: Defects) -> list[bytes] | None:
    """What stands between the delimiter lines, without the preamble; None when there is no such line."""
    delimiter = b"--" + boundary
    sections: list[bytes] = []
    begin: int | None = None
    search = 0
    while (at := body.find(delimiter, search)) >= 0:
        search = at + len(delimiter)
        tail = _DELIMITER_TAIL.match(body, search)
        if tail is None or (at > 0 and body[at - 1] not in b"\r\n"):
            continue
        if begin is not None:
            sections.append(_without_last_line_end(body[begin:at]))
        begin = search = tail.end()
        if tail[1]:
            _note_epilogue(body[begin:], defects)
            return sections
        if len(sections) > budget.limits.max_parts:
            return sections
    if begin is None:
        return None
    defects.add("The last boundary is missing; the message may have been cut off.")
    return [*sections, body[begin:]]


def _note_epilogue(epilogue: bytes, defects: Defects) -> None:
    if epilogue.strip():
        defects.add("Text after the last part is only in the original.")


def _without_last_line_end(piece: bytes) -> bytes:
    for end in (b"\r\n", b"\n", b"\r"):
        if piece.endswith(end):
            return piece[: -len(end)]
    return piece

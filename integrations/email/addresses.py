"""Mailboxes in From, Reply-To and To (RFC 5322 section 3.4), as strictly as real mail allows: hardly."""

import re
from dataclasses import dataclass

from integrations.email.cleaning import clean_line
from integrations.email.defects import Defects
from integrations.email.encoded_words import decode_words

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]+@(?:[^\s<>()\[\],;:\"@\\]+|\[[0-9a-fA-F.:IPv]+\])")
_ROUTE = re.compile(r"^(?:@[^,:]+,?)+:")
_SPACES_AROUND = re.compile(r"\s*([@.])\s*")
_MAX_MAILBOXES = 100
_MAX_ADDRESS = 254
_MAX_SEARCHED = 1_000
_NO_REPLY = re.compile(
    r"(?:^|[-_.+\d])(?:(?:no|do[-_.]?not|dont)[-_.]?repl(?:y|ies)|no[-_.]?(?:respond|responder|contestar)"
    r"|ne[-_.]?pas[-_.]?repondre|(?:bitte[-_.]?)?nicht[-_.]?antworten|keine[-_.]?antwort)(?:$|[-_.+\d])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address` is lower-cased; `name` is decoded, "" when there is none."""

    address: str
    name: str = ""

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def is_no_reply(self) -> bool:
        return bool(_NO_REPLY.search(self.local))


def normalise_address(text: str) -> str | None:
    """One bare address, trimmed and case folded, or None when `text` isn't one."""
    candidate = text.strip().strip("<>").strip()
    candidate = candidate.removeprefix("mailto:").rstrip(".").casefold()
    return candidate if len(candidate) <= _MAX_ADDRESS and _ADDRESS.fullmatch(candidate) else None


def without_plus(address: str) -> str:
    """`support+123@x` is the mailbox `support@x` (sub-addressing, RFC 5233)."""
    local, at, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def parse_mailboxes(value: str, defects: Defects) -> list[Mailbox]:
    """Every mailbox that can be found in a header value, in order; [] when there is none."""
    found = [box for item in _items(value)[:_MAX_MAILBOXES] if (box := _mailbox(item, defects))]
    if found or "=?" not in value:
        return found
    # Some mailers encode the whole field, address and all, which RFC 2047 section 5 forbids.
    decoded = decode_words(value, defects)
    return [box for item in _items(decoded)[:_MAX_MAILBOXES] if (box := _mailbox(item, defects))]


def display_name(value: str, defects: Defects) -> str:
    """The words of a From that has no usable address."""
    name = clean_line(decode_words(_outside(value)[0].replace('"', ""), defects), 200)
    return name.strip("<> ,;'")


def _items(value: str) -> list[str]:
    """Split at commas and group marks that stand outside quotes, comments and angle brackets."""
    items: list[str] = []
    current: list[str] = []
    depth, quoted, angled, escaped = 0, False, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif quoted:
            quoted = char != '"'
        elif depth:
            depth += (char == "(") - (char == ")")
        elif char == '"':
            quoted = True
        elif char == "(":
            depth = 1
        elif char in "<>":
            angled = char == "<"
        elif char in ",;" and not angled:
            items.append("".join(current))
            current = []
            continue
        current.append(char)
    items.append("".join(current))
    return [item for item in items if item.strip()]


def _mailbox(item: str, defects: Defects) -> Mailbox | None:
    bare, comments = _outside(item)
    open_at = bare.rfind("<")
    if open_at >= 0:
        inside = bare[open_at + 1 :].partition(">")[0]
        address = _find(_ROUTE.sub("", inside.strip()))
        name = bare[:open_at]
    else:
        address, name = None, ""
    if address is None:
        address = _find(bare)
        if address is None:
            return None
        if open_at < 0:
            name = " ".join(comments)
    # "Friends: kim@x" opens a group; its name isn't the person's.
    if '"' not in name:
        name = name.rpartition(":")[2]
    return Mailbox(address, _clean_name(name, address, defects))


def _find(text: str) -> str | None:
    compact = _SPACES_AROUND.sub(r"\1", text[:_MAX_SEARCHED].replace('"', ""))
    match = _ADDRESS.search(compact)
    if match is None:
        return None
    address = match[0].strip(".'").casefold()
    return address if len(address) <= _MAX_ADDRESS and address.count("@") == 1 else None


def _outside(item: str) -> tuple[str, list[str]]:
    """`item` without its comments, and the comments."""
    out: list[str] = []
    comments: list[str] = []
    comment: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in item:
        target = comment if depth else out
        if escaped:
            escaped = False
            target.append(char)
        elif char == "\\":
            escaped = True
            if quoted:
                target.append(char)
        elif char == '"' and not depth:
            quoted = not quoted
            target.append(char)
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            if depth == 0:
                comments.append("".join(comment).strip())
                comment = []
        else:
            target.append(char)
    return "".join(out), comments


def _clean_name(name: str, address: str, defects: Defects) -> str:
    unquoted = re.sub(r"\\(.)", r"\1", name.strip().strip('"'))
    cleaned = clean_line(decode_words(unquoted, defects), 200).strip("\"' ,;")
    return "" if cleaned.casefold() == address else cleaned

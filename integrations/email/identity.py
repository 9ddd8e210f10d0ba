"""The id under which a message is known, and the id of its parts that survive transport.

Broken senders use one Message-ID for different mails, and one mail comes twice with different Received headers. So
the id is the Message-ID with a hash of what transport leaves alone: From, Date, Subject, the text and the files. The
same mail delivered again has the same id; another mail under the same Message-ID has another.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from core.domain.messages import InboundAttachment
from integrations.email.headers import Headers
from integrations.email.limits import EmailLimits

_COMMENT = re.compile(r"\([^()]*\)")
_ANGLED = re.compile(r"<([^<>]{1,998})>")
_SPACE = re.compile(r"\s+")
_MAX_ID = 400


def message_id(headers: Headers) -> str | None:
    """`<left@right>`, or None when the header is missing or no id at all."""
    for value in headers.all("message-id"):
        angled = _ANGLED.search(value)
        found = _normal(angled[1] if angled else value)
        if found:
            return found
    return None


def references(headers: Headers, own_id: str | None, limits: EmailLimits) -> tuple[str, ...]:
    """The Message-IDs that this one answers, oldest first, each once, the newest last."""
    found: dict[str, None] = {}
    for name in ("references", "in-reply-to"):
        for value in headers.all(name):
            for match in _ANGLED.finditer(value):
                normal = None if _SPACE.search(match[1].strip()) else _normal(match[1])
                if normal and normal != own_id:
                    found.pop(normal, None)
                    found[normal] = None
    return tuple(found)[-limits.max_references :]


def external_id(
    own_id: str | None, headers: Headers, text: str, attachments: Sequence[InboundAttachment], raw: bytes
) -> str:
    """`<message-id>#<16 hex>`; without a Message-ID `sha256:<hex of the raw message>`. At most 512 characters."""
    if own_id is None:
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    digest = hashlib.sha256()
    for piece in _stable_pieces(headers, text, attachments):
        digest.update(piece)
        digest.update(b"\x00")
    return f"{own_id}#{digest.hexdigest()[:16]}"


def _stable_pieces(headers: Headers, text: str, attachments: Sequence[InboundAttachment]) -> Iterable[bytes]:
    for name in ("from", "date", "subject"):
        yield _SPACE.sub(" ", headers.first(name)).strip().encode("utf-8", "replace")
    yield _SPACE.sub("", text).encode("utf-8", "replace")
    for attachment in attachments:
        yield attachment.filename.encode("utf-8", "replace")
        yield hashlib.sha256(attachment.content).digest()


def _normal(inside: str) -> str | None:
    """Comments and spaces, which RFC 822 allowed inside an id, taken out."""
    compact = _SPACE.sub("", _COMMENT.sub("", inside)).strip("<>")
    is_usable = compact and len(compact) <= _MAX_ID and compact.isprintable() and ("@" in compact or len(compact) > 8)
    return f"<{compact}>" if is_usable else None

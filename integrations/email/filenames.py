"""Names for attachments: the sender's, made harmless; or one that says what the part is."""

import mimetypes
import re

from integrations.email.cleaning import clean_line
from integrations.email.defects import Defects
from integrations.email.headers import split_head
from integrations.email.limits import EmailLimits
from integrations.email.mime import Part

_UNSAFE = re.compile(r'[\x00-\x1f<>:"|?*]')
_MAX_NAME = 180
_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/enriched": ".txt",
    "message/delivery-status": ".txt", "message/disposition-notification": ".txt", "text/rfc822-headers": ".txt",
    "message/rfc822": ".eml", "message/global": ".eml", "image/jpeg": ".jpg", "application/pkcs7-mime": ".p7m",
    "application/pgp-encrypted": ".asc", "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
}  # fmt: skip


def safe_filename(name: str) -> str:
    """`name` without folders and characters that file systems refuse; "" when nothing is left."""
    base = clean_line(name, 1000).replace("\\", "/").rsplit("/", 1)[-1]
    base = _UNSAFE.sub("_", base).strip(". ")
    if len(base) <= _MAX_NAME:
        return base
    stem, dot, extension = base.rpartition(".")
    return f"{stem[: _MAX_NAME - len(extension) - 1]}{dot}{extension}" if len(extension) < 12 else base[:_MAX_NAME]


def filename_of(part: Part, number: int, limits: EmailLimits, defects: Defects) -> str:
    """The declared name; else for a message its subject, for the rest `attachment-{number}` with a fitting ending."""
    declared = safe_filename(part.filename or part.headers.text("content-location", defects).partition("?")[0])
    if declared:
        return declared
    if part.content_type == "message/rfc822":
        inner, _ = split_head(part.body[:65_536], limits, Defects())
        subject = safe_filename(inner.text("subject", Defects())[:120].replace("/", "-"))
        return f"{subject or f'message-{number}'}.eml"
    extension = _EXTENSIONS.get(part.content_type) or mimetypes.guess_extension(part.content_type) or ".bin"
    return f"attachment-{number}{extension}"

"""From the tree of parts to what a person reads and the files that came along."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape

from core.domain.messages import InboundAttachment
from integrations.email.calendar_part import summarise_calendar
from integrations.email.charset import decode_bytes
from integrations.email.cleaning import clean_line, clean_text
from integrations.email.defects import Defects
from integrations.email.filenames import filename_of, safe_filename
from integrations.email.flowed import unflow
from integrations.email.html import looks_like_html
from integrations.email.limits import EmailLimits
from integrations.email.mime import Part
from integrations.email.tnef import DamagedTnef, TnefMessage, open_tnef
from integrations.email.uuencode import extract_files

_READ_AS_TEXT = frozenset({"text/plain", "text/html"})
_READ_IF_ALONE = _READ_AS_TEXT | {"message/delivery-status"}
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class Body:
    """One readable piece: its text, its HTML, or both when they are alternatives of each other."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Contents:
    bodies: list[Body] = field(default_factory=list)
    attachments: list[InboundAttachment] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    _spare: list[Body] = field(default_factory=list)

    def settle(self) -> None:
        """A message whose only text is a named inline file is read from that file."""
        if not any(body.text.strip() or body.html.strip() for body in self.bodies):
            self.bodies.extend(self._spare)

    def keep_spare(self, body: Body) -> None:
        self._spare.append(body)


class BodyReader:
    """Walks one message. Each part ends up in a body or among the attachments, so nothing is dropped."""

    def __init__(self, limits: EmailLimits, defects: Defects) -> None:
        self._limits, self._defects = limits, defects

    def read(self, root: Part) -> Contents:
        contents = Contents()
        self._walk(root, contents)
        contents.settle()
        return contents

    def _walk(self, part: Part, contents: Contents) -> None:
        if not part.is_multipart:
            self._leaf(part, contents)
        elif part.content_type == "multipart/alternative":
            self._alternative(part, contents)
        else:
            for child in part.children:
                self._walk(child, contents)

    def _alternative(self, part: Part, contents: Contents) -> None:
        """The children say the same thing: one text and one HTML make one body, other forms are kept as files."""
        inner = Contents()
        for child in part.children:
            self._walk(child, inner)
        text = _joined((body.text for body in inner.bodies), "\n\n")
        html = _joined((body.html for body in inner.bodies), "<hr>")
        contents.bodies.append(Body(text, html))
        contents.attachments.extend(inner.attachments)
        contents.summaries.extend(inner.summaries)
        for spare in inner._spare:
            contents.keep_spare(spare)

    def _leaf(self, part: Part, contents: Contents) -> None:
        if part.main_type == "multipart":
            self._multipart_without_parts(part, contents)
        elif part.content_type in _READ_AS_TEXT and not _is_file(part):
            self._text(part, contents)
        elif part.content_type in _TNEF_TYPES or (part.filename or "").lower() == "winmail.dat":
            self._tnef(part, contents)
        else:
            self._file(part, contents)

    def _multipart_without_parts(self, part: Part, contents: Contents) -> None:
        if part.is_too_deep:
            self._attach(part, contents, part.raw)
        elif part.body.strip():
            self._text(replace(part, content_type="text/plain"), contents)

    def _text(self, part: Part, contents: Contents) -> None:
        body = self._read_text(part, contents)
        if body.text.strip() or body.html.strip():
            contents.bodies.append(body)

    def _read_text(self, part: Part, contents: Contents) -> Body:
        data = part.content(self._defects)
        if part.content_type == "text/html":
            return Body(html=self._bounded(self._decode(part, data), self._limits.max_html_chars))
        data, files = extract_files(data)
        for name, content in files:
            decoded = safe_filename(decode_bytes(name, None, self._defects))
            contents.attachments.append(
                InboundAttachment(decoded or "attachment.bin", "application/octet-stream", content)
            )
        text = self._decode(part, data)
        if looks_like_html(text) and "</" in text:
            self._defects.add("The text is HTML by its look; it was read as such.")
            return Body(html=self._bounded(text, self._limits.max_html_chars))
        if part.type_parameters.parameters.get("format", "").lower() == "flowed":
            deletes = part.type_parameters.parameters.get("delsp", "").lower() == "yes"
            text = unflow(text.replace("\r\n", "\n"), delete_space=deletes)
        return Body(text=self._bounded(text, self._limits.max_text_chars))

    def _decode(self, part: Part, data: bytes) -> str:
        return clean_text(decode_bytes(data, part.type_parameters.parameters.get("charset"), self._defects))

    def _bounded(self, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        self._defects.add(f"The text is longer than {limit} characters; the rest is only in the original.")
        return text[:limit]

    def _file(self, part: Part, contents: Contents) -> None:
        content = part.body if part.main_type == "message" else part.content(self._defects)
        encoding = part.headers.first("content-transfer-encoding").lower()
        if part.main_type == "message" and "base64" in encoding:
            content = part.content(self._defects)
        self._attach(part, contents, content)
        if part.content_type == "text/calendar":
            summary = summarise_calendar(self._decode(part, content))
            if summary and summary not in contents.summaries:
                contents.summaries.append(summary)
        elif part.content_type in _READ_IF_ALONE and part.disposition.value != "attachment":
            contents.keep_spare(self._read_text(part, Contents()))

    def _attach(self, part: Part, contents: Contents, content: bytes) -> None:
        content_id = clean_line(part.headers.first("content-id"), 250).strip("<> ")
        if not content and not part.filename and not content_id:
            return
        contents.attachments.append(
            InboundAttachment(
                filename=filename_of(part, len(contents.attachments) + 1, self._limits, self._defects),
                content_type=part.content_type[:120],
                content=content,
                inline=part.disposition.value == "inline" or (bool(content_id) and part.disposition.value == ""),
                content_id=content_id or None,
            )
        )

    def _tnef(self, part: Part, contents: Contents) -> None:
        content = part.content(self._defects)
        try:
            message = open_tnef(content, self._defects)
        except DamagedTnef as error:
            self._defects.add(f"winmail.dat can't be opened ({error}); it is kept as it is.")
            self._attach(part, contents, content)
            return
        self._take_tnef(message, contents)
        if message.has_rtf and not message.text and not message.html:
            self._attach(part, contents, content)

    def _take_tnef(self, message: TnefMessage, contents: Contents) -> None:
        if message.text.strip() or message.html.strip():
            text = self._bounded(clean_text(message.text), self._limits.max_text_chars)
            html = self._bounded(clean_text(message.html), self._limits.max_html_chars)
            if contents.bodies:
                contents.keep_spare(Body(text, html))
            else:
                contents.bodies.append(Body(text, html))
        for number, file in enumerate(message.files, start=1):
            content_type = clean_line(file.content_type, 120).lower() or "application/octet-stream"
            name = safe_filename(file.name) or f"winmail-{number}.bin"
            content_id = clean_line(file.content_id, 250).strip("<> ") or None
            contents.attachments.append(
                InboundAttachment(name, content_type, file.content, bool(content_id), content_id)
            )


def joined_html(bodies: list[Body]) -> str:
    """One document of all bodies when any of them has HTML; "" otherwise."""
    if not any(body.html.strip() for body in bodies):
        return ""
    return "<hr>".join(body.html or f"<pre>{escape(body.text)}</pre>" for body in bodies)


def _is_file(part: Part) -> bool:
    """A text part is a file when its sender says so or gives it a name; nonsense in the header says nothing."""
    return part.disposition.value == "attachment" or part.filename is not None


def _joined(pieces: Iterable[str], between: str) -> str:
    unique = dict.fromkeys(piece for piece in pieces if piece.strip())
    return between.join(unique)

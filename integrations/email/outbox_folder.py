"""Delivery into a folder that people can look into, for every channel that has no way out of its own yet."""

import asyncio
import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.domain.enums import Channel
from core.domain.errors import InvalidInput, PermanentDeliveryError, TemporaryDeliveryError
from core.domain.messages import DeliveryReceipt, OutboundMessage
from integrations.email.sender_address import MailboxAddress
from integrations.email.thread_ids import ThreadSigner
from integrations.email.writer import write_email

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class OutboxFolderChannel:
    """Writes each message as one file: `.eml` for e-mail, `.json` for the other channels.

    Idempotent: the effect key is the file's name, a file that is there is left alone, and a file is either whole and
    on the disk or not there at all (temporary file, fsync, rename, fsync of the folder).
    """

    is_idempotent = True

    def __init__(self, folder: Path, *, sender: MailboxAddress, signer: ThreadSigner, name: str = "email") -> None:
        self._folder, self._sender, self._signer, self._name = folder, sender, signer, name

    @property
    def name(self) -> str:
        return self._name

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        """Write the file unless it is there; a full disk or a missing right is temporary."""
        is_email = message.channel is Channel.EMAIL
        path = self._folder / f"{file_stem(message.effect_key)}{'.eml' if is_email else '.json'}"
        try:
            is_new = await asyncio.to_thread(_write_once, path, lambda: self._content(message))
        except InvalidInput as error:
            raise PermanentDeliveryError(str(error)) from error
        except OSError as error:
            raise TemporaryDeliveryError(f"{path} can't be written: {error.strerror or error}.") from error
        return DeliveryReceipt(path.name, f"written to {path}" if is_new else f"already in {path}")

    def _content(self, message: OutboundMessage) -> bytes:
        if message.channel is Channel.EMAIL:
            return write_email(message, sender=self._sender, signer=self._signer)
        return _as_json(message)


def file_stem(effect_key: str) -> str:
    """A file name that shows the key and is different for different keys."""
    readable = _UNSAFE.sub("-", effect_key).strip("-.")[:80]
    return f"{readable or 'message'}-{hashlib.sha256(effect_key.encode()).hexdigest()[:12]}"


def _as_json(message: OutboundMessage) -> bytes:
    record = {
        "effect_key": message.effect_key,
        "outbox_id": message.outbox_id,
        "channel": str(message.channel),
        "recipient": message.recipient,
        "ticket_id": message.ticket_id,
        "message_id": message.message_id,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "language": message.language,
        "automatic": message.automatic,
        "queued_at": message.queued_at.isoformat() if message.queued_at else None,
        "attachments": [
            {
                "filename": item.filename,
                "content_type": item.content_type,
                "content": base64.b64encode(item.content).decode("ascii"),
            }
            for item in message.attachments
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _write_once(path: Path, content: Callable[[], bytes]) -> bool:
    """Whether the file was written now."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".writing-", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content())
            file.flush()
            os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

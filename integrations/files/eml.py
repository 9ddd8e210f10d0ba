"""One e-mail in one file."""

from collections.abc import Iterator
from pathlib import Path

from core.domain.errors import Unreadable
from integrations.email.reader import RAW_TYPE, read_email
from integrations.files.items import Item, Readable, ReadContext, UnreadableItem


def read_eml(path: Path, context: ReadContext) -> Iterator[Item]:
    yield email_item(str(path), path.read_bytes(), context)


def email_item(source: str, raw: bytes, context: ReadContext) -> Item:
    """The message in `raw`, or why there is none."""
    try:
        message = read_email(
            raw,
            mailbox=context.mailbox,
            signer=context.signer,
            own_addresses=context.own_addresses,
            now=context.clock.now(),
            limits=context.limits,
        )
    except Unreadable as error:
        return UnreadableItem(source, raw, RAW_TYPE, str(error))
    return Readable(source, message)

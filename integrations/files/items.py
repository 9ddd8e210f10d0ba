"""What a reader of files hands on: a message, or the bytes that aren't one with the reason."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.messages import InboundMessage
from core.domain.ports import Clock
from integrations.email.limits import EmailLimits
from integrations.email.thread_ids import ThreadSigner


class Format(StrEnum):
    EML = "eml"
    MBOX = "mbox"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What every reader needs. `mailbox` names where the mail was collected; de-duplication is per mailbox."""

    mailbox: str
    signer: ThreadSigner
    own_addresses: Collection[str]
    clock: Clock
    limits: EmailLimits = field(default_factory=EmailLimits)


@dataclass(frozen=True, slots=True)
class Readable:
    """`source` says where it came from, such as `in/box.mbox message 3`."""

    source: str
    message: InboundMessage


@dataclass(frozen=True, slots=True)
class UnreadableItem:
    """`raw` goes to quarantine with `reason`, one sentence for the operator."""

    source: str
    raw: bytes
    raw_type: str
    reason: str


Item = Readable | UnreadableItem

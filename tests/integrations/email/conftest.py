"""What the e-mail tests share: one signer, one mailbox, one moment."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.domain.messages import InboundMessage
from integrations.email.reader import read_email
from integrations.email.thread_ids import ThreadSigner

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
OWN = frozenset({"support@desk.example"})

Read = Callable[..., InboundMessage]


@pytest.fixture
def signer() -> ThreadSigner:
    return ThreadSigner(b"a secret of the test desk")


@pytest.fixture
def read(signer: ThreadSigner) -> Read:
    """Reads text (UTF-8, any line ends) or bytes as kim's mail to the desk."""

    def _read(raw: str | bytes, **options: object) -> InboundMessage:
        data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
        settings: dict[str, object] = {"mailbox": "support", "signer": signer, "own_addresses": OWN, "now": NOW}
        return read_email(data, **{**settings, **options})  # type: ignore[arg-type]

    return _read


@pytest.fixture
def mail(read: Read) -> Read:
    """Reads a mail of kim made of a body and, by keyword, headers: `mail("Hi", subject="Help", x_loop="a")`."""

    def _mail(body: str | bytes = "Hello", *, head: str = "", **headers: str) -> InboundMessage:
        fields = {
            "from": "Kim Cole <kim@customer.example>",
            "to": "support@desk.example",
            "subject": "My order",
            "date": "Fri, 28 Feb 2025 09:30:00 +0000",
            "message-id": "<m1@customer.example>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        top = "".join(f"{name}: {value}\n" for name, value in fields.items() if value) + head
        content = body.encode() if isinstance(body, str) else body
        return read(top.encode("utf-8", "surrogateescape") + b"\n" + content)

    return _mail

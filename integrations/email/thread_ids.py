"""Our own ids in mail that comes back: signed Message-IDs and signed plus-addresses.

Whoever quotes one has it from a mail of ours, so the ticket in it is proven; anyone can invent the number alone.
The signature is HMAC-SHA256 cut to 80 bits and written in base32, which survives mailers that change letter case.
"""

import base64
import hashlib
import hmac
import re

_MESSAGE_ID = re.compile(r"<?ticket\.([1-9]\d{0,17})\.(\d{1,18})\.([a-z2-7]{16})@", re.IGNORECASE)
_PLUS_ADDRESS = re.compile(r"^[^+\s]+\+([1-9]\d{0,17})\.([a-z2-7]{16})@", re.IGNORECASE)
_SIGNATURE_BYTES = 10
_MIN_SECRET_BYTES = 16


class ThreadSigner:
    """Makes and checks the ids. Every process of an installation needs the same `secret` (at least 16 bytes)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _MIN_SECRET_BYTES:
            raise ValueError(f"The thread secret needs at least {_MIN_SECRET_BYTES} bytes.")
        self._secret = secret

    def __repr__(self) -> str:
        return "ThreadSigner(…)"

    @property
    def installation(self) -> str:
        """The value of X-Frontline on our mail: tells our own mail from that of another Frontline."""
        return self._sign("installation")

    def message_id(self, ticket_id: int, outbox_id: int, domain: str) -> str:
        """`<ticket.{ticket}.{outbox}.{signature}@{domain}>`, the same for every attempt at one outbox row."""
        return f"<ticket.{ticket_id}.{outbox_id}.{self._sign(f'message {ticket_id} {outbox_id}')}@{domain}>"

    def ticket_of_message_id(self, message_id: str) -> int | None:
        """The ticket that a Message-ID of ours names; None for other people's and for forged ones."""
        match = _MESSAGE_ID.match(message_id.strip())
        if match is None or not self._is_valid(f"message {match[1]} {match[2]}", match[3]):
            return None
        return int(match[1])

    def tickets_quoted_in(self, raw: bytes) -> list[int]:
        """Tickets of all Message-IDs of ours that stand literally in `raw`: bounces quote them in many places."""
        text = raw.decode("latin-1")
        tickets = (self.ticket_of_message_id(match[0]) for match in _MESSAGE_ID.finditer(text))
        return list(dict.fromkeys(ticket for ticket in tickets if ticket is not None))

    def reply_address(self, ticket_id: int, mailbox: str) -> str:
        """`support+{ticket}.{signature}@domain` for the mailbox `support@domain`."""
        local, _, domain = mailbox.rpartition("@")
        return f"{local.partition('+')[0]}+{ticket_id}.{self._sign(f'address {ticket_id}')}@{domain}"

    def ticket_of_address(self, address: str) -> int | None:
        match = _PLUS_ADDRESS.match(address.strip())
        if match is None or not self._is_valid(f"address {match[1]}", match[2]):
            return None
        return int(match[1])

    def is_own_installation(self, value: str) -> bool:
        return hmac.compare_digest(self.installation.encode(), value.strip().lower().encode("utf-8", "replace"))

    def _sign(self, what: str) -> str:
        digest = hmac.digest(self._secret, what.encode(), hashlib.sha256)[:_SIGNATURE_BYTES]
        return base64.b32encode(digest).decode("ascii").lower()

    def _is_valid(self, what: str, signature: str) -> bool:
        return hmac.compare_digest(self._sign(what).encode(), signature.lower().encode())

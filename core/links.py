"""The addresses that this desk hands out. Whoever has a signed one opens it without signing in."""

import hashlib
import hmac
from enum import StrEnum

LONGEST_NUMBER = 18
"""Digits; more is no id of ours and not worth a look."""


class Signed(StrEnum):
    """What a signed link opens."""

    SURVEY = "survey"
    MESSAGE = "message"


_SIGNATURE_LENGTH = {Signed.SURVEY: 30, Signed.MESSAGE: 20}
"""Hexadecimal digits, of four bits each. A message's link goes into a text message, where each one counts."""


class Links:
    def __init__(self, public_url: str, secret: bytes) -> None:
        self._public_url, self._secret = public_url, secret

    def ticket(self, ticket_id: int) -> str:
        """For people of the desk."""
        return f"{self._public_url}/tickets/{ticket_id}"

    def survey(self, ticket_id: int) -> str:
        return f"{self._public_url}/survey/{self.token(Signed.SURVEY, ticket_id)}"

    def message(self, message_id: int) -> str:
        """The whole text of one message that was sent cut."""
        return f"{self._public_url}/m/{self.token(Signed.MESSAGE, message_id)}"

    def token(self, noun: Signed, number: int) -> str:
        """A number and a signature that only this desk can make (HMAC-SHA256, cut)."""
        digest = hmac.new(self._secret, f"{noun}:{number}".encode(), hashlib.sha256).hexdigest()
        return f"{number}-{digest[: _SIGNATURE_LENGTH[noun]]}"

    def opened(self, noun: Signed, token: str) -> int | None:
        """The number in a token of this desk, or None; how long it takes tells nothing about the signature."""
        number = token.partition("-")[0]
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
            return None
        ours = hmac.compare_digest(self.token(noun, int(number)).encode(), token.encode())
        return int(number) if ours else None

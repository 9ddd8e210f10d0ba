"""The mailbox that the desk writes from."""

from dataclasses import dataclass

from core.domain.errors import InvalidInput
from integrations.email.addresses import normalise_address


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """`name` stands before the agent's or the brand's name in From; the domain also ends our Message-IDs.

    `plus_addressing` says that the mail server delivers `local+anything@domain` to this mailbox too (RFC 5233).
    """

    address: str
    name: str = ""
    plus_addressing: bool = True

    def __post_init__(self) -> None:
        if normalise_address(self.address) is None or not self.address.isascii():
            raise InvalidInput(
                "mailbox", f"{self.address!r} is not an e-mail address", "Use one like support@example.com"
            )

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

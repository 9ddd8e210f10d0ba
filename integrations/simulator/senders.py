"""Who writes: demo customers by the contact points that the desk knows, and new people by made-up ones.

Addresses are in domains that exist for examples (RFC 2606); phone numbers are in ranges that regulators keep free for
fiction: 555-01xx (North American Numbering Plan), Ofcom's 07700 900xxx, Arcep's 06 39 98 xx xx and the
Bundesnetzagentur's 030 23125-xxx.
"""

import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from core.demo.entities import DemoCustomer, TrafficMessage
from core.domain.enums import Channel, Language
from integrations.simulator.names import invented_name, signed_name

DOMAINS = ("example.com", "example.net", "example.org")
NETWORKS = ("x", "instagram", "facebook")
AREAS = ("202", "206", "212", "213", "303", "305", "312", "404", "415", "503", "512", "602", "617", "702", "718", "816")
MOST_TRIES = 50

Sender = dict[str, str]
"""The `customer` of a message, as `POST /api/v1/messages` takes it."""


class Senders:
    """Choices come from `random`; `run` makes the contact points of new people differ from those of other runs."""

    def __init__(self, customers: Sequence[DemoCustomer], random: Random, run: str) -> None:
        self._customers, self._random, self._run = customers, random, run
        self._by_key = {customer.key: customer for customer in customers}
        self._taken = {point for one in customers for point in (*one.emails, *one.phones, *one.handles)}
        self._new_people = 0

    def of(self, message: TrafficMessage) -> Sender:
        """Whoever writes this message, with one contact point of its channel."""
        return self._known(message) if message.is_known_customer else self._new(message)

    def _known(self, message: TrafficMessage) -> Sender:
        if message.customer is not None:
            customer = self._by_key[message.customer]
        else:
            customer = self._random.choice([one for one in self._customers if _fits(one, message)])
        field = _field(message.channel)
        shown = {"name": customer.name, "tier": customer.tier.value, "language": customer.language.value}
        return {field: _points(customer, field)[0], **shown}

    def _new(self, message: TrafficMessage) -> Sender:
        signed = signed_name(message.text) if message.channel is Channel.EMAIL else None
        name = signed or invented_name(message.language, self._random)
        field = _field(message.channel)
        makers: dict[str, Callable[[], str]] = {
            "email": lambda: f"{self._nick(name, '.')}@{self._random.choice(DOMAINS)}",
            "phone": lambda: self._phone(message.language),
            "handle": lambda: f"{self._random.choice(NETWORKS)}:{self._nick(name, '_')}",
        }
        shown = {"name": name, "tier": message.tier.value, "language": message.language.value}
        return {field: self._free(makers[field]), **shown}

    def _nick(self, name: str, mark: str) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
        words = "".join(letter if letter.isalnum() else " " for letter in plain).split() or ["guest"]
        return f"{mark.join(words)}{mark}{self._run}{self._new_people}"

    def _phone(self, language: Language) -> str:
        number = self._random.randrange
        match language:
            case Language.FR:
                return f"+3363998{number(10_000):04}"
            case Language.DE:
                return f"+493023125{number(1_000):03}"
            case Language.EN if self._random.random() < 0.4:
                return f"+447700900{number(1_000):03}"
        return f"+1{self._random.choice(AREAS)}55501{number(100):02}"

    def _free(self, make: Callable[[], str]) -> str:
        """A contact point that nobody has. The ranges for fiction are small: in a long run numbers are shared."""
        self._new_people += 1
        made = make()
        for _ in range(MOST_TRIES):
            if made not in self._taken:
                break
            made = make()
        self._taken.add(made)
        return made


def _fits(customer: DemoCustomer, message: TrafficMessage) -> bool:
    is_like = customer.tier is message.tier and customer.language is message.language
    return is_like and bool(_points(customer, _field(message.channel)))


def _field(channel: Channel) -> str:
    if channel in (Channel.SMS, Channel.PHONE):
        return "phone"
    return "handle" if channel is Channel.SOCIAL_MEDIA else "email"


def _points(customer: DemoCustomer, field: str) -> tuple[str, ...]:
    return {"email": customer.emails, "phone": customer.phones, "handle": customer.handles}[field]

"""Writers that send messages to a desk until each has its receipt, whatever happens to the desk meanwhile."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.crash.desks import Desk

ANSWERED = "Where do I change my forgotten password please"
"""The desk answers this on its own."""

TEXTS = (
    ANSWERED,
    "The lamp flickers at night [intent=device_not_working]",
    "You charged me twice [intent=wrong_charge mood=negative]",
    "I want to complain, now [mood=very_negative urgent human]",
    "Thanks, that was it [thanks mood=positive]",
    "Do you have it in green",
)
CHANNELS = ("email", "email", "email", "chat", "sms", "phone", "social_media", "self_service")
AGAIN_SECONDS = 0.03
PATIENCE_SECONDS = 45.0


@dataclass
class Writer:
    """`receipts` holds what the desk promised, by external id: (ticket id, message id)."""

    name: str
    desk: Desk
    token: str
    chance: random.Random
    channels: tuple[str, ...] = CHANNELS
    pause_seconds: float = 0.02
    receipts: dict[str, tuple[int, int]] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    longest_seconds: float = 0.0
    broken_off: int = 0
    stopping: bool = False

    async def run(self) -> None:
        """New messages, and now and then an earlier one again, until told to stop."""
        async with self.desk.client(self.token, timeout=20) as client:
            while not self.stopping:
                repeats = bool(self.receipts) and self.chance.random() < 0.15
                external_id = self.chance.choice(list(self.receipts)) if repeats else self.new()
                await self.deliver(client, external_id)
                await asyncio.sleep(self.chance.random() * self.pause_seconds)

    async def deliver(self, client: httpx.AsyncClient, external_id: str) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
        while loop.time() < until:
            asked = loop.time()
            try:
                answer = await client.post("/api/v1/messages", json=self.sent[external_id])
            except httpx.TransportError:
                self.broken_off += 1
            else:
                self.answers[answer.status_code] += 1
                self.longest_seconds = max(self.longest_seconds, loop.time() - asked)
                if answer.status_code == 202:
                    self.keep(external_id, answer.json())
                    return
                if answer.status_code not in (503, 507):
                    self.refused.append(f"{external_id}: {answer.status_code} {answer.text[:300]}")
                    return
            await asyncio.sleep(AGAIN_SECONDS)
        self.refused.append(f"{external_id}: no receipt in {PATIENCE_SECONDS} s")

    def keep(self, external_id: str, receipt: Mapping[str, Any]) -> None:
        given = (receipt["ticket_id"], receipt["message_id"])
        first = self.receipts.setdefault(external_id, given)
        repeats = first is not given
        if repeats and (given != first or not receipt["duplicate"]):
            self.refused.append(f"{external_id}: {receipt} after the receipt {first}")

    def new(self) -> str:
        external_id = f"{self.name}-{len(self.sent)}"
        self.sent[external_id] = self._message(external_id)
        return external_id

    def _message(self, external_id: str) -> dict[str, Any]:
        chance, channel = self.chance, self.chance.choice(self.channels)
        text = chance.choice(TEXTS)
        message: dict[str, Any] = {
            "channel": channel,
            "external_id": external_id,
            "customer": self._customer(channel),
            "subject": "" if text == ANSWERED else chance.choice(("A question", "My order", "Help")),
            "text": text,
        }
        if self.receipts and chance.random() < 0.15:
            message["ticket_id"] = chance.choice(list(self.receipts.values()))[0]
        if chance.random() < 0.05:
            message["attachments"] = [{"filename": "a.txt", "content_type": "text/plain", "content": "aGVsbG8="}]
        return message

    def _customer(self, channel: str) -> dict[str, Any]:
        """Customers of all writers overlap, so that two messages of one person may meet in the desk."""
        number = self.chance.randrange(300)
        tier = {"tier": "platinum"} if number % 10 == 0 else {}
        address = {
            "sms": {"phone": f"+49170{number:07d}"},
            "phone": {"phone": f"+49170{number:07d}"},
            "social_media": {"handle": f"kim{number}"},
        }.get(channel, {"email": f"kim{number}@customer.example"})
        return {"name": f"Kim {number}", **address, **tier}


def receipts_of(writing: Iterable[Writer]) -> int:
    return sum(len(writer.receipts) for writer in writing)


async def stop(writing: Iterable[Writer], tasks: Iterable[asyncio.Task[None]]) -> None:
    """Let each writer bring its last message to an end."""
    for writer in writing:
        writer.stopping = True
    await asyncio.gather(*tasks)


def writers(count: int, desk: Desk, token: str, seed: int, **options: Any) -> list[Writer]:
    return [Writer(f"w{number}", desk, token, random.Random(seed * 100 + number), **options) for number in range(count)]

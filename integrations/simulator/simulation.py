"""Runs the planned traffic against a desk and says how it went."""

import asyncio
import math
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from core.demo.content import load_customers, load_traffic
from core.domain.errors import InvalidInput
from integrations.simulator.sending import TIMEOUT_SECONDS, Outcome, send
from integrations.simulator.traffic import Conversation, PlannedMessage, plan_traffic

MOST_IN_FLIGHT = 256
GRACE_SECONDS = 30.0
"""How long after the last planned message answers are waited for."""
PROGRESS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """`sent` = accepted + duplicates + failed. `failures` counts reasons; `latency_ms` has p50, p95, p99 and max.

    A latency lasts from the moment at which a message was due to its receipt: waiting for a free connection and
    repeats count, so that a desk which stalls can't hide it.
    """

    sent: int
    accepted: int
    duplicates: int
    failed: int
    repeated: int
    took_seconds: float
    messages_per_second: float
    most_in_flight: int
    latency_ms: dict[str, float]
    failures: dict[str, int]


async def simulate(
    base_url: str,
    token: str,
    *,
    rate: float,
    seconds: float,
    seed: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> SimulationReport:
    """Send about `rate` messages a second for `seconds` to the desk at `base_url`, however quick it answers.

    `on_progress` gets (sent, accepted) once a second and at the end. Raises InvalidInput for a rate or a length that
    is not above zero. `transport` takes the place of the network.
    """
    for name, value in (("rate", rate), ("seconds", seconds)):
        if not (value > 0 and math.isfinite(value)):
            raise InvalidInput(name, f"is {value}", "Give a number above 0")
    plan = plan_traffic(
        load_traffic(), load_customers(), rate=rate, seconds=seconds, seed=seed, run=secrets.token_hex(4)
    )
    async with httpx.AsyncClient(
        base_url=f"{base_url.rstrip('/')}/",
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT_SECONDS,
        limits=httpx.Limits(max_connections=MOST_IN_FLIGHT, max_keepalive_connections=MOST_IN_FLIGHT),
        transport=transport,
    ) as client:
        return await _Run(client, on_progress or (lambda sent, accepted: None)).play(plan)


@dataclass
class _Run:
    """Open loop: each conversation starts when it is due; at most `MOST_IN_FLIGHT` requests are under way."""

    client: httpx.AsyncClient
    on_progress: Callable[[int, int], None]
    outcomes: list[Outcome] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    sent: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    async def play(self, plan: Sequence[Conversation]) -> SimulationReport:
        loop = asyncio.get_running_loop()
        self._slots = asyncio.Semaphore(MOST_IN_FLIGHT)
        self._started = loop.time()
        telling = loop.create_task(self._tell())
        tasks = []
        for conversation in plan:
            await self._until(conversation.at)
            tasks.append(loop.create_task(self._talk(conversation)))
        last = max((one.at + one.messages[-1].after for one in plan), default=0.0)
        if tasks:
            await asyncio.wait(tasks, timeout=self._started + last + GRACE_SECONDS - loop.time())
        took = loop.time() - self._started
        for task in (*tasks, telling):
            task.cancel()
        ended = await asyncio.gather(*tasks, telling, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
        self.on_progress(self.sent, self._accepted)
        return self._report(took)

    async def _talk(self, conversation: Conversation) -> None:
        """One conversation; what follows a message that was not taken stays unsaid."""
        ticket_id: int | None = None
        for message in conversation.messages:
            due = conversation.at + message.after
            await self._until(due)
            outcome = await self._send(_payload(conversation, message, ticket_id), due)
            ticket_id = outcome.ticket_id
            if ticket_id is None:
                return

    async def _send(self, payload: dict[str, Any], due: float) -> Outcome:
        self.sent += 1
        async with self._slots:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                outcome = await send(self.client, payload)
            finally:
                self.in_flight -= 1
        self.outcomes.append(outcome)
        if outcome.ticket_id is not None:
            self.latencies.append(asyncio.get_running_loop().time() - self._started - due)
        return outcome

    async def _until(self, due: float) -> None:
        await asyncio.sleep(max(0.0, self._started + due - asyncio.get_running_loop().time()))

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            self.on_progress(self.sent, self._accepted)

    @property
    def _accepted(self) -> int:
        return sum(outcome.ticket_id is not None for outcome in self.outcomes)

    def _report(self, took: float) -> SimulationReport:
        failures = Counter(outcome.failure for outcome in self.outcomes if outcome.failure)
        if unanswered := self.sent - len(self.outcomes):
            failures["no answer before the end"] = unanswered
        duplicates = sum(outcome.is_duplicate for outcome in self.outcomes)
        return SimulationReport(
            sent=self.sent,
            accepted=self._accepted - duplicates,
            duplicates=duplicates,
            failed=failures.total(),
            repeated=sum(outcome.attempts - 1 for outcome in self.outcomes),
            took_seconds=round(took, 3),
            messages_per_second=round(self._accepted / took, 1) if took else 0.0,
            most_in_flight=self.most_in_flight,
            latency_ms=percentiles([1000 * latency for latency in self.latencies]),
            failures=dict(failures),
        )


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 (nearest rank) and max; empty when there are no values."""
    if not values:
        return {}
    ordered = sorted(values)
    found = {f"p{share}": ordered[math.ceil(share / 100 * len(ordered)) - 1] for share in (50, 95, 99)}
    return {name: round(value, 1) for name, value in {**found, "max": ordered[-1]}.items()}


def _payload(conversation: Conversation, message: PlannedMessage, ticket_id: int | None) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "channel": conversation.channel.value,
        "external_id": message.external_id,
        "customer": conversation.sender,
        "text": message.text,
    }
    is_first = message is conversation.messages[0]
    if conversation.subject:
        payload["subject"] = conversation.subject if is_first else f"Re: {conversation.subject}"
    if not is_first and not conversation.continues_by_sender:
        payload["ticket_id"] = ticket_id
    return payload

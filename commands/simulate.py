"""`simulate`: believable traffic through the public API of a running desk."""

import asyncio
from dataclasses import asdict

from commands.composition import prepared, read_settings
from commands.console import emit, say
from core.domain.access import SYSTEM
from core.domain.enums import Role
from integrations.simulator.simulation import SimulationReport
from integrations.simulator.simulation import simulate as run_simulation


def simulate(
    rate: float, seconds: float, url: str | None, token: str | None, *, seed: int | None, as_json: bool
) -> None:
    report = asyncio.run(_simulate(rate, seconds, url, token, seed))
    if as_json:
        emit(asdict(report))
    else:
        say(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(report).items()))


async def _simulate(
    rate: float, seconds: float, url: str | None, token: str | None, seed: int | None
) -> SimulationReport:
    settings = read_settings()
    secret = token or await _own_token()
    return await run_simulation(
        url or settings.public_url,
        secret,
        rate=rate,
        seconds=seconds,
        seed=seed,
        on_progress=lambda sent, accepted: say(f"{sent} sent, {accepted} accepted"),
    )


async def _own_token() -> str:
    """Without a token, one is made for this run in the database that the settings name."""
    async with prepared(read_settings()) as engine:
        _, secret = await engine.people.add_token(SYSTEM, "simulator", Role.AGENT)
        return secret

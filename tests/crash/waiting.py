"""Waits for what another process does."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

LOOK_AGAIN_SECONDS = 0.01


async def eventually(
    holds: Callable[[], bool | Awaitable[bool]], seconds: float, told: Callable[[], Awaitable[object]] | None = None
) -> None:
    """Wait until `holds`; fail after `seconds` with what `told` says."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        answer = holds()
        if await answer if inspect.isawaitable(answer) else answer:
            return
        if loop.time() > until:
            raise AssertionError(f"not within {seconds} s: {await told() if told else holds}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)

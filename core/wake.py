"""A bell for loops that wait for news and look by themselves now and then."""

import asyncio


class Wake:
    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def ring(self) -> None:
        self._bell.set()

    async def wait(self, seconds: float) -> bool:
        """Whether the bell rang; False after `seconds` without. The next wait starts with a silent bell."""
        try:
            # Not wait_for: before Python 3.12 it may lose a cancellation that comes together with the bell.
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        return True

"""How busy the intake is. Work that can wait looks here first: a receipt is promised at once, an analysis is not."""

import time
from collections.abc import Callable

PRESSED_PER_SECOND = 400
"""Messages a second from which on the rest of the engine keeps to one small batch a second. The pipeline carries
about half of that on two cores, so it is behind anyway, and every receipt would wait for it."""


class Pressure:
    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._second, self._count, self._last_count = 0, 0, 0

    def count(self, messages: int) -> None:
        self._turn()
        self._count += messages

    @property
    def is_high(self) -> bool:
        self._turn()
        return max(self._count, self._last_count) > PRESSED_PER_SECOND

    def _turn(self) -> None:
        second = int(self._seconds())
        if second != self._second:
            self._last_count = self._count if second == self._second + 1 else 0
            self._second, self._count = second, 0

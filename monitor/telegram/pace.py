"""How fast Telegram may be asked: a pace of our own, and the waits that Telegram imposes."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telethon import errors

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]

ATTEMPTS = 10


class Pace:
    """At most `per_minute` turns a minute, `burst` of them at once (the generic cell rate algorithm).

    A turn that has to wait waits longer by `jitter()` of the time between two, so that requests do not come like a clock.
    """

    def __init__(
        self,
        per_minute: float,
        burst: int,
        *,
        jitter: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._interval = 60 / per_minute
        self._allowance = burst * self._interval
        self._jitter = jitter
        self._clock = clock
        self._sleep = sleep
        self._due = float("-inf")

    def is_free(self) -> bool:
        """Whether a turn would not have to wait."""
        now = self._clock()
        return max(self._due, now - self._allowance) + self._interval <= now

    async def turn(self) -> None:
        """Wait until it is this caller's turn."""
        now = self._clock()
        self._due = max(self._due, now - self._allowance) + self._interval
        if self._due > now:
            await self._sleep(self._due - now + self._jitter() * self._interval)


class Budget:
    """How often one account asks for what: Telegram counts by method, and so do its waits.

    Telegram slows getHistory at about ten in half a minute. Differences are what every client asks for at its start, one a channel.
    """

    def __init__(self, history_per_minute: float, joins_per_hour: float, jitter: Callable[[], float]) -> None:
        self.history = Pace(history_per_minute, 10, jitter=jitter)
        self.messages = Pace(history_per_minute, 10, jitter=jitter)
        self.joins = Pace(joins_per_hour / 60, 10, jitter=jitter)
        self.differences = Pace(3 * history_per_minute, 60, jitter=jitter)


async def patiently(
    ask: Callable[[], Awaitable[Result]], *, longest: float = math.inf, sleep: Sleep = asyncio.sleep
) -> Result:
    """The answer of `ask`, asked again after each FLOOD_WAIT; raises one of more than `longest` seconds, and one without end."""
    for _ in range(ATTEMPTS):
        try:
            return await ask()
        except errors.FloodError as error:
            seconds = getattr(error, "seconds", 0) + 1
            if seconds > longest:
                raise
            logger.warning("telegram asks to wait: request=%s seconds=%d", type(error.request).__name__, seconds)
            await sleep(seconds)
    return await ask()

"""Is the connection alive, and is the account still signed in?

A revoked session stays connected and silent: only a request tells. A ping costs Telegram nothing, shows that the connection lives,
and has it release updates that it held back; so it is what goes out often.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from telethon import errors, functions

from monitor.telegram.client import PromptClient


class Health:
    """Pings every `ping_s`; makes a request where none has been answered for `health_s`. `next_sweep()` says when one comes anyway.

    No answer within `answer_s` is a TimeoutError.
    """

    def __init__(
        self,
        client: PromptClient,
        *,
        ping_s: float,
        health_s: float,
        answer_s: float,
        next_sweep: Callable[[], float] = lambda: float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._ping_s = ping_s
        self._health_s = health_s
        self._answer_s = answer_s
        self._next_sweep = next_sweep
        self._clock = clock
        self._checked = float("-inf")
        self._pings = 0

    async def run(self) -> NoReturn:
        """Look after the connection until cancelled. Raises what Telegram says of the session."""
        while True:
            await asyncio.sleep(max(0.0, min(self._ping_s, self._due() - self._clock())))
            if self._due() <= self._clock():
                await self.check()
            else:
                self._pings += 1
                await self._client.ping(self._pings, self._answer_s)

    async def check(self) -> None:
        """Ask something small. Raises Telethon's errors, and TimeoutError."""
        with suppress(errors.FloodError):  # being told to wait is an answer too
            async with asyncio.timeout(self._answer_s):
                await self._client(functions.updates.GetStateRequest())
        self._checked = self._clock()

    def _due(self) -> float:
        """When to ask; a sweep that comes at about that time asks instead."""
        due, sweep = max(self._checked, self._client.answered) + self._health_s, self._next_sweep()
        moment = self._health_s / 6
        return sweep + moment if abs(sweep - due) < moment else due

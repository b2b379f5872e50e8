"""How long handlers take, for the admins: the newest calls of each are remembered."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import TelegramObject

from bot.middlewares import Next

REMEMBERED = 200  # calls of each handler


@dataclass(frozen=True, slots=True)
class Timing:
    """A handler (`search.ask`), and the 95th percentile and the longest of its newest calls, in milliseconds."""

    name: str
    p95_ms: int
    worst_ms: int


class Timings(BaseMiddleware):
    """Measures every handler with its transaction, but without the sending of its reply; `handled` hears each, in seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, handled: Callable[[float], None] = lambda _seconds: None
    ) -> None:
        self._clock = clock
        self._handled = handled
        self._calls: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        begun = self._clock()
        try:
            return await handler(event, data)
        finally:
            seconds = self._clock() - begun
            self._calls[_name(data.get("handler"))].append(seconds)
            self._handled(seconds)

    def slowest(self, count: int) -> list[Timing]:
        """The handlers that take longest, slowest first."""
        timings = [_timing(name, sorted(calls)) for name, calls in self._calls.items()]
        return sorted(timings, key=lambda timing: (-timing.p95_ms, timing.name))[:count]


def _name(handler: HandlerObject | None) -> str:
    if handler is None:
        return "?"
    return f"{handler.callback.__module__.rpartition('.')[2]}.{handler.callback.__name__}"


def _timing(name: str, calls: list[float]) -> Timing:
    return Timing(name, round(calls[int(0.95 * (len(calls) - 1))] * 1000), round(calls[-1] * 1000))

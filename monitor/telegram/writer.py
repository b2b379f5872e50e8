"""One task writes what is pushed: it takes what has gathered and stores it in one transaction.

So a burst costs few transactions, and a slow database never holds up Telethon's update loop.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from monitor.telegram.known import Known, Push
from monitor.troubles import log_failure

logger = logging.getLogger(__name__)

BATCH = 500
CAPACITY = 50_000
ATTEMPTS = 3
RETRY_S = 1.0


class Writer:
    """The queue between pushes and the store; what channels push that are not watched is ignored.

    `missed(channel_id, top)` is called when something up to the message `top` (0: up to the newest) is known to be
    missing, or could not be stored. `stored` hears, of each push, how many seconds it took.
    """

    def __init__(
        self,
        known: Known,
        missed: Callable[[int, int], None],
        *,
        stored: Callable[[float], None] = lambda _seconds: None,
        capacity: int = CAPACITY,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._known = known
        self._missed = missed
        self._stored = stored
        self._clock = clock
        self._queue: asyncio.Queue[tuple[float, Push]] = asyncio.Queue(capacity)
        self._sleep = sleep

    def put(self, item: Push) -> None:
        """Take an item in; never waits. What no longer fits is fetched later, from the cursor."""
        if item.channel_id not in self._known.cursors:
            return
        try:
            self._queue.put_nowait((self._clock(), item))
        except asyncio.QueueFull:
            self._missed(item.channel_id, 0)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write_patiently(batch)

    async def _write_patiently(self, batch: list[tuple[float, Push]]) -> None:
        items = [item for _, item in batch]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                gaps = await self._known.take_pushes(items)
            except Exception:
                log_failure(logger, "could not store pushes: items=%d attempt=%d", len(batch), attempt)
                await self._sleep(RETRY_S * attempt)
                continue
            now = self._clock()
            for came, _ in batch:
                self._stored(now - came)
            for channel_id, top in gaps.items():
                self._missed(channel_id, top)
            return
        for channel_id in {item.channel_id for item in items}:
            self._missed(channel_id, 0)

"""One task writes what is pushed: it takes what has gathered and stores it in one transaction.

So a burst costs few transactions, and a slow database never holds up Telethon's update loop.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from monitor.incoming import IncomingPost
from monitor.store import Store
from monitor.telegram.tasks import finished

logger = logging.getLogger(__name__)

BATCH = 500
CAPACITY = 50_000
ATTEMPTS = 3
RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message that Telegram pushed; without a post if it is a service message, which only moves the cursor."""

    channel_id: int
    message_id: int
    post: IncomingPost | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """Messages of a channel that Telegram says are gone."""

    channel_id: int
    message_ids: tuple[int, ...]


class Writer:
    """The queue between pushes and the store.

    `cursors` is {channel id: newest id known to be stored} of the watched channels, shared with the listener; what
    other channels push is ignored. `missed(channel_id, top)` is called when something up to the message `top` (0: up to
    the newest) is known to be missing, or could not be stored.
    """

    def __init__(
        self,
        store: Store,
        cursors: dict[int, int],
        missed: Callable[[int, int], None],
        *,
        capacity: int = CAPACITY,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._cursors = cursors
        self._missed = missed
        self._queue: asyncio.Queue[Pushed | Deleted] = asyncio.Queue(capacity)
        self._sleep = sleep

    def put(self, item: Pushed | Deleted) -> None:
        """Take an item in; never waits. What no longer fits is fetched later, from the cursor."""
        if item.channel_id not in self._cursors:
            return
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self._missed(item.channel_id, 0)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write_patiently(batch)

    async def _write_patiently(self, batch: list[Pushed | Deleted]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._write(batch)
            except Exception:
                logger.exception("could not store pushes: items=%d attempt=%d", len(batch), attempt)
                await self._sleep(RETRY_S * attempt)
        for channel_id in {item.channel_id for item in batch}:
            self._missed(channel_id, 0)
        return None

    async def _write(self, batch: list[Pushed | Deleted]) -> None:
        pushes = [item for item in batch if isinstance(item, Pushed) and item.channel_id in self._cursors]
        reached, gaps = advance(self._cursors, pushes)
        newest = {(push.channel_id, push.message_id): push.post for push in pushes if push.post is not None}
        if newest or reached:
            await finished(self._store.posts(list(newest.values()), reached=reached))
        for item in batch:
            if isinstance(item, Deleted):
                await finished(self._store.deleted(item.channel_id, item.message_ids))
        move(self._cursors, reached)
        for channel_id, top in gaps.items():
            self._missed(channel_id, top)


def advance(cursors: dict[int, int], pushes: Iterable[Pushed]) -> tuple[dict[int, int], dict[int, int]]:
    """{channel id: message id} up to which pushes without a gap move the cursors, and of the newest push past one."""
    reached: dict[int, int] = {}
    gaps: dict[int, int] = {}
    for push in sorted(pushes, key=lambda push: push.message_id):
        cursor = reached.get(push.channel_id, cursors[push.channel_id])
        if push.message_id == cursor + 1:
            reached[push.channel_id] = push.message_id
        elif push.message_id > cursor:
            gaps[push.channel_id] = push.message_id
    return reached, gaps


def move(cursors: dict[int, int], reached: dict[int, int]) -> None:
    """Move the cursors of channels still watched, never backwards."""
    for channel_id, message_id in reached.items():
        if channel_id in cursors:
            cursors[channel_id] = max(cursors[channel_id], message_id)

"""What was sent is written down together with what else was sent meanwhile: a commit for many costs hardly more than one."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from monitor import outbox
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.outcomes import Sent

logger = logging.getLogger(__name__)

AGAIN_S = 1.0


class Settling:
    """One relay's; PostgreSQL only. While one transaction is under way, the next one gathers."""

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._waiting: dict[int, tuple[Parcel, Sent]] = {}
        self._turn = asyncio.Lock()

    async def settle(self, parcel: Parcel, sent: Sent) -> None:
        """Return when it is written down, however long the database is away."""
        key = parcel.deliveries[0].id
        self._waiting[key] = (parcel, sent)
        async with self._turn:
            while key in self._waiting:
                await self._write()

    async def _write(self) -> None:
        batch = dict(self._waiting)
        try:
            async with self._sessions.begin(quick=True) as session:
                await outbox.settle_sent(session, list(batch.values()), self._clock())
        except DBAPIError as error:
            logger.error("cannot be settled, trying again: messages=%d error=%s", len(batch), error.orig)
            await asyncio.sleep(AGAIN_S)
            return
        for key in batch:
            del self._waiting[key]

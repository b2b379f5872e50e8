"""Enqueues, page by page, what very many wait for: posts, edits of alerts, what an admin has to say to everybody."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import broadcasts, fanout, retelling
from monitor.database import Sessions
from monitor.waiting import happened

logger = logging.getLogger(__name__)

POLL_S = 1.0
BREATH_S = 0.005  # between pages, in which others may write
AFTER_S = 0.02  # after something was enqueued, which is nearly always for few: their alerts go first


class Crowd:
    """Turns pages until `stop()`. `wake()` ends a wait early; the callback `wake` is called after each page."""

    def __init__(
        self, sessions: Sessions, *, wake: Callable[[], None], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._sessions = sessions
        self._tell = wake
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was enqueued."""
        self._woken.set()

    def stop(self) -> None:
        """End `run` after the page in hand."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Enqueue until stopped; a database that is away for a while is waited for."""
        while not self._stopping:
            self._woken.clear()
            if await self._turn():
                self._tell()
                await asyncio.sleep(BREATH_S)
            elif await happened(self._woken, POLL_S):
                await asyncio.sleep(AFTER_S)

    async def _any_waits(self, session: AsyncSession) -> bool:
        return (
            await fanout.any_waits(session)
            or await retelling.any_waits(session, self._clock())
            or await broadcasts.any_waits(session)
        )

    async def _turn(self) -> bool:
        try:
            async with self._sessions(quick=True) as session:
                if not await self._any_waits(session):
                    return False
            async with self._sessions.begin() as session:
                now = self._clock()
                return (
                    await fanout.turn_page(session, now)
                    or await retelling.turn_page(session, now)
                    or await broadcasts.turn_page(session, now)
                )
        except DBAPIError as error:
            logger.error("a page cannot be enqueued, trying again: error=%s", error.orig)
            return False

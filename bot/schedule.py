"""The clock: what has to happen every so often. APScheduler says when; what is due stands in the database."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.database import Sessions
from monitor.retention import forget

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
FIRST_AFTER = timedelta(minutes=1)


class Schedule:
    """Runs its jobs until `stop()`, which lets the one under way finish. A job that comes late runs once, not never."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        every: timedelta = EVERY,
        first_after: timedelta = FIRST_AFTER,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._stopping = asyncio.Event()
        self._working = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        first = datetime.now(UTC) + first_after
        self._scheduler.add_job(self._forget, "interval", seconds=every.total_seconds(), next_run_time=first)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Run jobs until stopped."""
        self._scheduler.start()
        await self._stopping.wait()
        self._scheduler.pause()
        async with self._working:  # APScheduler would cancel what is under way
            self._scheduler.shutdown(wait=False)

    async def _forget(self) -> None:
        async with self._working:
            try:
                async with self._sessions.begin() as session:
                    logger.info("forgotten: %s", await forget(session, self._clock()))
            except Exception:
                logger.exception("old rows could not be forgotten; trying again later")

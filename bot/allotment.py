"""This process among those that send with the same bot: takes its share of the pace, and looks after relays that are gone."""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from bot.shared_pace import SharedPace
from monitor import budget, leases
from monitor.budget import LEASE, Share
from monitor.clock import Clock
from monitor.database import Sessions
from monitor.line import Line
from monitor.waiting import happened

logger = logging.getLogger(__name__)

BEAT_S = 1.0
SOON_S = 0.2  # while the others have not yet given up what is ours
SETTLED_S = LEASE.total_seconds() + 1
"""So long after the database came back the others have had the time to say that they are there."""


class Allotment:
    """Beats until `stop()`. `name` is that of the relay in the outbox, and of the line; `hurry()` has it beat at once."""

    def __init__(self, sessions: Sessions, name: str, bot_id: int, pace: SharedPace, clock: Clock) -> None:
        self._sessions = sessions
        self._name = name
        self._bot_id = bot_id
        self._pace = pace
        self._clock = clock
        self._early = asyncio.Event()
        self._stopping = False

    def hurry(self) -> None:
        """Something has changed that all should know."""
        self._early.set()

    def stop(self) -> None:
        """End `run`; the share is free for the others."""
        self._stopping = True
        self._early.set()

    async def run(self, line: Line) -> None:
        """Beat until stopped; a database that is away for a while is waited for, and meanwhile nothing is sent."""
        while not self._stopping:
            self._early.clear()
            pause = await self._beat(line)
            await happened(self._early, pause)
        with suppress(DBAPIError):
            async with self._sessions.begin() as session:
                await budget.drop(session, self._name)
        line.tell("pace")

    async def _beat(self, line: Line) -> float:
        """Seconds until the next one."""
        begun = self._pace.now()
        try:
            async with self._sessions.begin() as session:
                share = await budget.beat(session, self._name, self._bot_id, self._pace.rate, self._pace.use())
            if not line.stands_for():  # which will know it better
                self._clock.set(share.now, begun)
            self._pace.allot(share, begun + LEASE.total_seconds())
            if share.lost and line.stands_for() >= SETTLED_S:
                await self._look_after(share)
        except DBAPIError as error:
            logger.warning("the pace cannot be shared, trying again: error=%s", error.orig)
            return BEAT_S
        if not share.whole:
            line.tell("pace")
        return BEAT_S if share.whole else SOON_S

    async def _look_after(self, share: Share) -> None:
        """What relays that are gone had claimed is owed again; of those that only are silent, what they did not begin."""
        async with self._sessions.begin() as session:
            for name, was_released in share.lost.items():
                if not await budget.is_there(session, name):
                    logger.warning("a relay is gone, its messages are owed again: relay=%s", name)
                    await leases.take_over(session, name, self._clock())
                    await budget.drop(session, name)
                elif not was_released:
                    logger.warning("a relay is silent, what it did not begin is owed again: relay=%s", name)
                    await leases.release(session, name, self._clock())
                    await budget.mark_released(session, name)

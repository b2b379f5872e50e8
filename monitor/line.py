"""A process's own line to PostgreSQL: NOTIFY wakes the others, LISTEN this one, and a lock of its name says that it is there.

What is told is a hint: it may be lost, so whoever waits looks by himself now and then. Telling goes beside the transactions, since a
commit that notifies waits for every other one that does. On SQLite, where one process is all there is, nobody is told anything.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.advisory import Space, TakenError, key_of, own_connection, promise_to_ask
from monitor.clock import Clock
from monitor.models import UtcDateTime
from monitor.postgresql import CHECK_S
from monitor.waiting import happened

logger = logging.getLogger(__name__)

CHANNEL = "dozor"
RETRY_S = 1.0
REST_S = 0.03  # what is told meanwhile is told at once
_THERE = text("SELECT pg_try_advisory_lock(:space, CAST(:key AS integer))")
TIME = select(func.clock_timestamp(type_=UtcDateTime))
_TELL = text("SELECT pg_notify(:channel, :payload)")


class Line:
    """`heard` says what each word of the others leads to; all of it is done too when the line comes about. `name` is this process's.

    The line tells `clock` the database's time.
    """

    def __init__(self, engine: AsyncEngine, name: str, clock: Clock, heard: Mapping[str, Callable[[], None]]) -> None:
        self._engine = engine
        self._clock = clock
        self._name = name
        self._heard = heard
        self._words: set[str] = set()
        self._changed = asyncio.Event()
        self._since: float | None = None
        self._look_at = 0.0
        self._stopping = False

    def stands_for(self) -> float:
        """Seconds since the line came about; 0 if there is none."""
        return 0.0 if self._since is None else time.monotonic() - self._since

    def tell(self, word: str) -> None:
        """Say it to the other processes soon."""
        if self._engine.dialect.name != "sqlite":
            self._words.add(word)
            self._changed.set()

    def stop(self) -> None:
        """End `run` after what is still to be told."""
        self._stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Keep the line until stopped; a database that is away for a while is waited for."""
        while not self._stopping and self._engine.dialect.name != "sqlite":
            try:
                await self._keep()
            except Exception as error:  # SQLAlchemy's, asyncpg's and the system's own
                logger.warning("the line to the database is lost, trying again: error=%s", error)
            finally:
                self._since = None
            await asyncio.sleep(0 if self._stopping else RETRY_S)

    async def _keep(self) -> None:
        async with own_connection(self._engine) as (connection, ended):
            await promise_to_ask(connection)
            if not await connection.scalar(_THERE, key_of(Space.SENDER, self._name)):
                raise TakenError("the database does not know yet that the line before is gone")
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_termination_listener(lambda _connection: self._changed.set())
            await driver.add_listener(CHANNEL, self._hear)
            self._since = time.monotonic()
            for act in self._heard.values():
                act()
            while not ended.is_set():
                await self._look(connection)
                await happened(self._changed, CHECK_S)
                await self._say(connection)
                if self._stopping:
                    return
                await asyncio.sleep(REST_S)

    async def _look(self, connection: AsyncConnection) -> None:
        """What the time is, now and then; who gets no answer has no line."""
        asked_at = time.monotonic()
        if asked_at >= self._look_at:
            self._clock.set((await connection.execute(TIME)).scalar_one(), asked_at)
            self._look_at = asked_at + CHECK_S

    async def _say(self, connection: AsyncConnection) -> None:
        self._changed.clear()
        words, self._words = self._words, set()
        for word in words:
            await connection.execute(_TELL, {"channel": CHANNEL, "payload": f"{self._name} {word}"})

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        name, _, word = str(payload).partition(" ")
        if name != self._name and word in self._heard:
            self._heard[word]()

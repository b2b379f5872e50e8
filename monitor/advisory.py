"""Locks between the processes on one PostgreSQL: a process that ends, or loses its connection, loses them at once.

They are session-level advisory locks (postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), each on its own
connection. Who watches his lock knows within CHECK_S, the time that he waits for an answer, and two seconds for closing, that he
may have lost it; only later, GONE_S after it last heard of him, does a PostgreSQL that cannot reach him give it to another.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.postgresql import CHECK_S, GONE_S
from monitor.waiting import happened

_DROP_SILENT = text(
    "SELECT set_config(name, :limit, false) FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')"
)
"""PostgreSQL has them from versions 14 and 17 on. A session is not idle whose client was lost between a statement's preparation
and its execution, for which asyncpg sends two messages: only the limit of a transaction ends that one."""
_TAKE = text("SELECT pg_try_advisory_lock(:space, CAST(:key AS integer))")
_TAKE_FOR_NOW = text("SELECT pg_advisory_xact_lock(:space, CAST(:key AS integer))")


class Space(IntEnum):
    """What the names of locks are names of."""

    ACCOUNT = 0x64_6F_7A
    SENDER = 0x64_6F_7B
    TASK = 0x64_6F_7C


class TakenError(Exception):
    """Another process holds the lock; a reason to wait or to stop, as the caller likes."""


class Lock:
    """A lock that is held. `connection` is the one to PostgreSQL, with which it would be lost."""

    def __init__(self, connection: AsyncConnection | None, ended: asyncio.Event) -> None:
        self._connection = connection
        self._ended = ended

    async def watch(self) -> None:
        """Run until cancelled; raises the database's error, or ends, when the lock is lost or cannot be confirmed."""
        if self._connection is not None:
            await promise_to_ask(self._connection)
        while not self._ended.is_set():
            await happened(self._ended, CHECK_S)
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))


@asynccontextmanager
async def advisory_lock(engine: AsyncEngine, space: Space, name: str) -> AsyncIterator[Lock]:
    """Hold the lock of this name; on SQLite, where a file serves one process, hold nothing. Raises TakenError."""
    if engine.dialect.name == "sqlite":
        yield Lock(None, asyncio.Event())
        return
    async with own_connection(engine) as (connection, ended):
        if not await connection.scalar(_TAKE, key_of(space, name)):
            raise TakenError
        yield Lock(connection, ended)


@asynccontextmanager
async def own_connection(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, asyncio.Event]]:
    """A connection without transactions that nobody else uses before or after, and an event for its being lost."""
    ended = asyncio.Event()
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(lambda _connection: ended.set())
        try:
            yield connection, ended
        finally:  # with it end its locks, and what it listens for
            await connection.invalidate()


async def promise_to_ask(connection: AsyncConnection) -> None:
    """From now on PostgreSQL drops the connection, and its locks, when it is silent for GONE_S, or a statement takes so long."""
    await connection.execute(_DROP_SILENT, {"limit": str(GONE_S * 1000)})


def take_turns(connection: Connection, name: str) -> None:
    """Wait until nobody else holds this lock, and hold it until the transaction ends; SQLite has one writer anyhow."""
    if connection.dialect.name != "sqlite":
        connection.execute(_TAKE_FOR_NOW, key_of(Space.TASK, name))


def key_of(space: Space, name: str) -> dict[str, int]:
    """What the lock of this name is called in PostgreSQL: two 32-bit numbers."""
    return {"space": int(space), "key": crc32(name.encode()) - (1 << 31)}

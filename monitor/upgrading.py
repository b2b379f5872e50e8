"""Changing the schema of a PostgreSQL at which others are at work: a version a transaction, and no queue behind it.

ALTER TABLE wants its table alone for a moment, and while it waits for those who use it, everybody else waits behind it
(postgresql.org/docs/current/explicit-locking.html). So it waits for LOCK_MS at the most, lets the others pass, and tries again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.advisory import Space, key_of
from monitor.errors import MonitorError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

LOCK_MS = 500
REST_S = 1.0
"""So long those pass who have waited."""
PATIENCE_S = 600.0
_HELD = frozenset(("55P03", "40P01"))
"""lock_not_available, deadlock_detected: postgresql.org/docs/current/errcodes-appendix.html"""
_TURN = text("SELECT pg_advisory_lock(:space, CAST(:key AS integer))")
_LOCK_TIMEOUT = text("SELECT set_config('lock_timeout', :limit, false)")
_AT_WORK = text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_OLDEST = text(
    "SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
)


class OlderProcessesError(MonitorError):
    """Processes of an older version are at work, which could not go on with the new schema: stop them first, then start again."""

    code = "older_processes"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} processes of an older version are at work, which could not go on with the new schema: stop them first,"
            " then start again.",
            count=count,
        )


class SchemaHeldError(MonitorError):
    """The schema cannot be changed: another transaction has held a table all the time. End it and start again."""

    code = "schema_held"

    def __init__(self, pid: int, seconds: int) -> None:
        super().__init__(
            f"The schema cannot be changed, since a table is in use all the time: the oldest transaction is that of PostgreSQL's"
            f" process {pid}, {seconds} seconds old. End it and start again.",
            pid=pid,
            seconds=seconds,
        )


async def upgrade(
    engine: AsyncEngine,
    next_version: Callable[[Connection], str | None],
    apply: Callable[[Connection, str], None],
    *,
    needs_peace: Callable[[str], bool],
) -> bool:
    """Apply one version after the other; True if there was one. What was applied stays if a later one fails.

    `next_version` is None at the end; `apply` begins and ends its own transactions; `needs_peace` says of which version older
    processes may not be at work. Raises OlderProcessesError, SchemaHeldError.
    """
    changed = False
    async with engine.connect() as connection:
        try:
            await connection.execute(_TURN, key_of(Space.TASK, "schema"))  # several processes may be started at once
            await connection.commit()
            while (version := await _read(connection, next_version)) is not None:
                if needs_peace(version):
                    await _require_peace(connection)
                await _apply(connection, version, apply)
                changed = True
        finally:  # with it ends the lock
            await connection.invalidate()
    return changed


async def _apply(connection: AsyncConnection, version: str, apply: Callable[[Connection, str], None]) -> None:
    async def attempt() -> None:
        await limit_waiting(connection, LOCK_MS)
        await connection.run_sync(apply, version)

    try:
        await patiently(attempt)
    except DBAPIError as error:
        await connection.rollback()
        if not is_held(error):
            raise
        oldest = (await connection.execute(_OLDEST)).one_or_none()
        raise SchemaHeldError(*oldest or (0, 0)) from None


async def patiently(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """Try until no table that is wanted is in use, for PATIENCE_S. Raises the last DBAPIError."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await attempt()
        except DBAPIError as error:
            if not is_held(error) or time.monotonic() > deadline:
                raise
        logger.info("a table is in use, trying again")
        await asyncio.sleep(REST_S)


def is_held(error: DBAPIError) -> bool:
    """Whether others hold what a statement waited for."""
    return getattr(error.orig, "sqlstate", None) in _HELD


async def limit_waiting(connection: AsyncConnection, milliseconds: int) -> None:
    """Have statements of this connection wait for locks no longer than that; 0: as long as it takes."""
    await connection.execute(_LOCK_TIMEOUT, {"limit": str(milliseconds)})
    await connection.commit()


async def _read(connection: AsyncConnection, next_version: Callable[[Connection], str | None]) -> str | None:
    version = await connection.run_sync(next_version)
    await connection.rollback()
    return version


async def at_work(connection: AsyncConnection) -> int:
    """How many processes are at work on a PostgreSQL: each has its line (`monitor.line`)."""
    return await connection.scalar(_AT_WORK, {"space": int(Space.SENDER)}) or 0


async def _require_peace(connection: AsyncConnection) -> None:
    """Raises OlderProcessesError."""
    count = await at_work(connection)
    await connection.rollback()
    if count:
        raise OlderProcessesError(count)

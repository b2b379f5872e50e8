"""Engine and session factory for SQLite and PostgreSQL.

SQLite (facts: sqlite.org/wal.html, sqlite.org/lang_transaction.html): write-ahead log; a transaction that may write begins
IMMEDIATE, because a deferred one that reads first and then writes fails at once with "database is locked" under a concurrent
writer. Those of a process share one connection, so that they take turns in order instead of starving one another at
SQLite's lock; readers have connections of their own and wait for nobody.
"""

import sqlite3
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from monitor.errors import MonitorError

BUSY_TIMEOUT_MS = 30_000
POOL_TIMEOUT_S = 60
READERS = 3


class DatabaseUrlError(MonitorError):
    """The database url must begin with sqlite:/// or postgresql://."""

    code = "database_url"


def async_url(url: str) -> URL:
    """The url with the driver that this program uses: aiosqlite or asyncpg.

    Raises DatabaseUrlError for anything that is not SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlError from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    backend = parsed.get_backend_name()
    if backend not in drivers:
        raise DatabaseUrlError
    return parsed.set(drivername=drivers[backend])


class Sessions:
    """Where transactions come from: `sessions.begin()` for one that may write, `sessions()` for one that only reads."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        # Objects stay readable after commit, which is when replies are rendered.
        self._writing = async_sessionmaker(writing, expire_on_commit=False)
        self._reading = async_sessionmaker(reading, expire_on_commit=False)

    def __call__(self) -> AsyncSession:
        """A session that only reads; SQLite refuses it anything else."""
        return self._reading()

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]:
        """`async with sessions.begin() as session`: commits at the end, rolls back on an error."""
        return self._writing.begin()


def create_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine for the url; makes the folder of a SQLite file if it is not there."""
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True, **options)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, pool_size=1, max_overflow=0, pool_timeout=POOL_TIMEOUT_S, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    """The sessions of an engine; disposing of it ends the connections of the readers too."""
    if engine.dialect.name != "sqlite":
        return Sessions(engine, engine)
    readers = create_async_engine(engine.url, pool_size=READERS, max_overflow=0, pool_timeout=POOL_TIMEOUT_S)
    event.listen(readers.sync_engine, "connect", _prepare_sqlite)
    event.listen(readers.sync_engine, "connect", _forbid_writing)
    event.listen(readers.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "engine_disposed", lambda _engine: readers.sync_engine.dispose())
    return Sessions(engine, readers)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_immediate
    _pragmas(connection, "journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON")


def _forbid_writing(connection: Any, _record: Any) -> None:
    _pragmas(connection, "query_only=ON")


def _pragmas(connection: Any, *pragmas: str) -> None:
    cursor: sqlite3.Cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")

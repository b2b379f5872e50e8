"""Engine and session factory for SQLite and PostgreSQL.

SQLite (facts: sqlite.org/wal.html, sqlite.org/lang_transaction.html): write-ahead log, and every transaction begins IMMEDIATE,
because a deferred one that reads first and then writes fails at once with "database is locked" under a concurrent writer.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from monitor.errors import MonitorError

Sessions = async_sessionmaker[AsyncSession]

BUSY_TIMEOUT_MS = 30_000
POOL_TIMEOUT_S = 60


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


def create_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine for the url; makes the folder of a SQLite file if it is not there."""
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True, **options)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # One connection: the sessions of a process take turns in order, instead of starving one another at SQLite's lock.
    engine = create_async_engine(parsed, pool_size=1, max_overflow=0, pool_timeout=POOL_TIMEOUT_S, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    """The session factory; objects stay readable after commit, which is when replies are rendered."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_immediate
    cursor: sqlite3.Cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")

"""SQLite for asyncio: a hop to a thread for what may last, none for what lasts microseconds.

SQLAlchemy's own asynchronous driver hops three times a statement (execute, fetch, close), which costs eight times as much as what
most statements of the product do. This one is its synchronous driver, whose cursor fetches at once all that a statement returns
(ask for pages, not for a million rows): in a thread, or in the event loop where a session is marked QUICK. A transaction waits for
its turn to write without blocking anybody. A commit appends to the log and waits for no disk (synchronous=NORMAL); only a checkpoint
does, which SQLite would make in the middle of any commit (sqlite.org/wal.html, 3.2): here the commits that make one take a thread.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

DRIVER = "sqlite+hop"
QUICK = {"quick": True}
"""Execution options for statements that read and write a few rows by their keys."""
TURN_S = 30.0
PAUSE_S = 0.005
PRIMARY = 0xFF
"""The bits of an error's code that say what it is; the others say why, as that another process recovers the log after a kill."""
CHECKPOINT_AFTER = 1000
"""Rows changed: about a thousand pages, after which SQLite itself would make a checkpoint."""


class FetchedCursor(sqlite3.Cursor):
    """A cursor that has fetched every row when `execute` returns."""

    server_side = False  # what SQLAlchemy asks of an asynchronous cursor
    _rows: list[Any]

    async def _async_soft_close(self) -> None:
        """Nothing is left to fetch."""

    def execute(self, *arguments: Any) -> "FetchedCursor":
        super().execute(*arguments)
        self._rows = super().fetchall() if self.description else []
        return self

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int | None = None) -> list[Any]:
        count = self.arraysize if size is None else size
        rows, self._rows = self._rows[:count], self._rows[count:]
        return rows

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None


class FetchingConnection(sqlite3.Connection):
    """A connection that any thread may use, one at a time; its cursors fetch at once.

    `is_quick`: so far its transaction has only read and changed a few rows by their keys.
    """

    only_reads = False
    is_quick = False
    _checked_at = 0

    def cursor(self, *_arguments: Any) -> FetchedCursor:  # type: ignore[override]
        return FetchedCursor(self)

    def begin(self) -> None:
        """A deferred transaction that reads first and then writes fails at once under a concurrent writer: writers do not defer."""
        self.execute("BEGIN" if self.only_reads else "BEGIN IMMEDIATE")
        self.is_quick = True

    def ask(self, statement: str, params: Any) -> list[Any]:
        """All rows that the statement returns, past SQLAlchemy's layers; what is wrong is raised as SQLAlchemy would."""
        try:
            return self.execute(statement, params).fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(statement, params, error, sqlite3.Error) from error

    def close(self) -> None:
        """What SQLAlchemy does to a caller's connection when he is cancelled. A cursor that something still holds would keep the
        file open, and locked by what was not committed."""
        if self.in_transaction:
            self.rollback()
        super().close()

    def has_quick_commit(self) -> bool:
        """Whether ending the transaction takes microseconds."""
        return self.is_quick and not self._is_to_check()

    def commit(self) -> None:
        super().commit()
        if self._is_to_check():
            self._checked_at = self.total_changes
            with suppress(sqlite3.OperationalError):  # the transaction is committed, whatever becomes of this
                self.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _is_to_check(self) -> bool:
        return self.total_changes - self._checked_at >= CHECKPOINT_AFTER


class HopDialect(SQLiteDialect_pysqlite):
    """The synchronous dialect, whose waits are the event loop's."""

    driver = "hop"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: Any) -> type[Pool]:
        """One that waits for a connection without blocking."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: Any) -> Any:
        """Python's own arguments, plus the connection's class and its freedom to change threads."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": FetchingConnection, "check_same_thread": False}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if context is not None and context.execution_options.get("quick"):
            cursor.execute(statement, parameters)
        else:
            cursor.connection.is_quick = False
            _hop(lambda: cursor.execute(statement, parameters))

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.connection.is_quick = False
        _hop(lambda: cursor.executemany(statement, parameters))

    def do_begin(self, dbapi_connection: Any) -> None:
        """Wait up to TURN_S for other processes' transactions to end."""
        last = time.monotonic() + TURN_S
        while True:
            try:
                dbapi_connection.begin()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                    raise
                await_only(asyncio.sleep(PAUSE_S))
            else:
                return

    def do_commit(self, dbapi_connection: Any) -> None:
        """In the event loop if the transaction changed a few rows by their keys and no checkpoint is due."""
        if dbapi_connection.has_quick_commit():
            dbapi_connection.commit()
        else:
            _hop(dbapi_connection.commit)

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Also what ends reading, which has nothing to undo, and what follows a commit."""
        if dbapi_connection.only_reads or not dbapi_connection.in_transaction:
            dbapi_connection.rollback()
        else:
            _hop(dbapi_connection.rollback)


def connection_of(session: Session) -> FetchingConnection:
    """The connection of a session marked QUICK, to be asked without SQLAlchemy's layers, which take twice as long as SQLite itself."""
    connection = session.connection().connection.dbapi_connection
    assert isinstance(connection, FetchingConnection)
    return connection


def is_quick(session: Session) -> bool:
    """Whether the session is one of SQLite's that is marked QUICK."""
    return session.get_bind().dialect.driver == HopDialect.driver and bool(session.execution_options.get("quick"))


def _hop(call: Callable[[], Any]) -> None:
    """Make the call in a thread. A caller that is cancelled meanwhile ends after it: the connection is still in use."""
    running = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        await_only(asyncio.shield(running))
    except asyncio.CancelledError:
        while not running.done():  # the caller may be cancelled more than once
            with suppress(asyncio.CancelledError):
                await_only(asyncio.wait([running]))
        raise


registry.register("sqlite.hop", __name__, HopDialect.__name__)

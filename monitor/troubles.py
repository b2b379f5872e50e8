"""What a database says when it cannot be written, in words that help: its disk is full, it may only be read, it is another role's."""

import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor.errors import MonitorError
from monitor.sqlite import PRIMARY

# sqlite.org/rescode.html; postgresql.org/docs/current/errcodes-appendix.html
_SQLITE_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}
_POSTGRES_FULL, _POSTGRES_READ_ONLY, _POSTGRES_DENIED = "53100", "25006", "42501"
_ANY_WRITE = text("UPDATE index_state SET reached = reached")  # a row that is written as it was


class DatabaseFullError(MonitorError):
    """The database cannot be written: its disk is full. Make room; what is stored is safe, and missed posts are fetched then."""

    code = "database_full"


class DatabaseReadOnlyError(MonitorError):
    """The database can only be read: look whose its file and its folder are, and how the disk is mounted."""

    code = "database_read_only"


class NotTheOwnerError(MonitorError):
    """The database is to be changed, and this role of PostgreSQL's may not: run `dozor migrate` as the owner of the database."""

    code = "not_the_owner"


@contextmanager
def as_owner() -> Iterator[None]:
    """Around what only the owner of the tables may do. Raises NotTheOwnerError."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _POSTGRES_DENIED:
            raise NotTheOwnerError from None
        raise


def meaning(error: DBAPIError) -> MonitorError | None:
    """What an error of the database means for a person; None where it is none of these."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None)
    if code in _SQLITE_FULL or state == _POSTGRES_FULL:
        return DatabaseFullError()
    if state == _POSTGRES_READ_ONLY or (code is not None and code & PRIMARY == sqlite3.SQLITE_READONLY):
        return DatabaseReadOnlyError()
    return None


def log_failure(logger: logging.Logger, message: str, *values: object) -> None:
    """Log the exception that is being handled: one of the database in a line, any other with its traceback.

    What cannot be written is tried again every second: tracebacks would fill the disk the sooner.
    """
    error = sys.exception()
    if isinstance(error, DBAPIError | sqlite3.Error):  # a session file of Telethon's is a database, too
        line = f"{message} error=%s"
        logger.error(line, *values, getattr(error, "orig", error))
    else:
        logger.exception(message, *values)  # noqa: LOG004 -- its callers are handlers


async def require_writable(engine: AsyncEngine) -> None:
    """Try to write, changing nothing. Raises DatabaseReadOnlyError, DatabaseFullError."""
    try:
        async with engine.begin() as connection:
            await connection.execute(_ANY_WRITE)
    except DBAPIError as error:
        raise meaning(error) or error from None

"""Engine and session factory for SQLite and PostgreSQL.

SQLite (facts: sqlite.org/wal.html, sqlite.org/lang_transaction.html) keeps a write-ahead log. Whoever may write shares one
connection of the process, so that they take turns in order instead of starving one another at SQLite's lock; readers have
connections of their own and wait for nobody. On PostgreSQL they have a pool of their own: who reads and then writes holds one of
each, and who writes never waits for one to read, so that any number of them comes to an end.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from monitor import postgresql
from monitor.errors import MonitorError
from monitor.limits import KEY, Limits
from monitor.pooling import POOL_TIMEOUT_S, PatientPool
from monitor.postgresql import UNLIMITED, Pool
from monitor.sqlite import DRIVER, QUICK
from monitor.troubles import meaning

READERS = 3
_SQLITE_POOL: dict[str, Any] = {"poolclass": PatientPool, "max_overflow": 0, "pool_timeout": POOL_TIMEOUT_S}


class DatabaseUrlError(MonitorError):
    """The database url must begin with sqlite:/// or postgresql://."""

    code = "database_url"


class DatabaseUnreachableError(MonitorError):
    """The database cannot be opened: check [database] url."""

    code = "database_unreachable"

    def __init__(self, reason: BaseException) -> None:
        words = (str(reason) or type(reason).__name__).splitlines()[0]
        super().__init__(f"The database cannot be opened ({words}): check [database] url.")


def async_url(url: str) -> URL:
    """The url with the driver that this program uses: that of `monitor.sqlite`, or asyncpg.

    Raises DatabaseUrlError for anything that is not SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlError from None
    drivers = {"sqlite": DRIVER, "postgresql": postgresql.DRIVER}
    backend = parsed.get_backend_name()
    if backend not in drivers:
        raise DatabaseUrlError
    return parsed.set(drivername=drivers[backend])


class Sessions:
    """Where transactions come from: `sessions.begin()` for one that may write, `sessions()` for one that only reads.

    `quick` says that every statement touches a few rows by their keys: SQLite then answers without a change of threads. Who has a
    transaction takes no second one; he may read beside it, if he began to before. `own` is for who keeps a connection to himself.
    """

    def __init__(
        self, writing: AsyncEngine, reading: AsyncEngine, limits: Limits, own: AsyncEngine | None = None
    ) -> None:
        self.engine = writing
        self.own = own or writing
        # Objects stay readable after commit, which is when replies are rendered.
        self._writing = async_sessionmaker(writing, expire_on_commit=False, info={KEY: limits})
        self._reading = async_sessionmaker(reading, expire_on_commit=False, info={KEY: limits})

    def __call__(self, *, quick: bool = False) -> AsyncSession:
        """A session that only reads; SQLite refuses it anything else."""
        return self._reading(execution_options=QUICK if quick else None)

    @asynccontextmanager
    async def begin(self, *, quick: bool = False) -> AsyncIterator[AsyncSession]:
        """`async with sessions.begin() as session`: commits at the end, rolls back on an error."""
        async with self._writing(execution_options=QUICK if quick else None) as session, session.begin():
            yield session


def create_engine(url: str, pool: Pool = UNLIMITED, **options: Any) -> AsyncEngine:
    """An engine for the url; makes the folder of a SQLite file if it is not there. Raises DatabaseUnreachableError.

    `pool` is PostgreSQL's: by default statements may take any time, as the command line needs it.
    """
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite":
        return postgresql.create(parsed, pool.writing, pool.limit_s, **options)
    if parsed.database and parsed.database != ":memory:":
        _make_private(Path(parsed.database))
    engine = create_async_engine(parsed, **{**_SQLITE_POOL, "pool_size": 1, **options})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "connect", _wait_without_blocking)
    return engine


async def reach(engine: AsyncEngine) -> None:
    """Connect once, so that what is wrong is said before anything begins. Raises DatabaseUnreachableError."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:  # each driver has its own
        if isinstance(error, DBAPIError) and (meant := meaning(error)):
            raise meant from None
        raise DatabaseUnreachableError(getattr(error, "orig", None) or error) from None


def create_sessions(engine: AsyncEngine, limits: Limits | None = None, pool: Pool = UNLIMITED) -> Sessions:
    """The sessions of an engine; disposing of it ends the connections of the readers too."""
    limits = limits or Limits()
    if engine.dialect.name == "sqlite":
        readers, own = create_async_engine(engine.url, pool_size=READERS, **_SQLITE_POOL), engine
        event.listen(readers.sync_engine, "connect", _prepare_sqlite)
        event.listen(readers.sync_engine, "connect", _forbid_writing)
    else:
        readers = postgresql.create(engine.url, pool.reading, pool.limit_s)
        own = postgresql.create(engine.url, 0, postgresql.CHECK_S)
    event.listen(engine.sync_engine, "engine_disposed", lambda _engine: readers.sync_engine.dispose())
    return Sessions(engine, readers, limits, own)


def _make_private(file: Path) -> None:
    """The file, readable by its owner only, as SQLite then makes those beside it; one that is there stays as it is."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnreachableError(error) from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the dialect begins transactions
    _pragmas(connection, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


def _wait_without_blocking(connection: Any, _record: Any) -> None:
    _pragmas(connection, "busy_timeout=0", "wal_autocheckpoint=0")  # the dialect makes checkpoints


def _forbid_writing(connection: Any, _record: Any) -> None:
    _pragmas(connection, "query_only=ON")
    connection.only_reads = True


def _pragmas(connection: Any, *pragmas: str) -> None:
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")

"""One listener per account: a session that is used from two places at once is ended by Telegram for good.

Within a machine the lock is a file beside the session, which ends with the process that holds it; PostgreSQL keeps one more, for
processes on different machines.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import NoReturn
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.errors import MonitorError
from monitor.locked_file import locked

CHECK_S = 30
_SPACE = 0x64_6F_7A  # of the advisory locks that this program takes
_TAKE = text("SELECT pg_try_advisory_lock(:space, CAST(:key AS integer))")
_RELEASE = text("SELECT pg_advisory_unlock(:space, CAST(:key AS integer))")


class AccountInUseError(MonitorError):
    """Another process listens with this account."""

    code = "account_in_use"


class Lock:
    """A lock that is held. `connection` is the one to PostgreSQL, with which it would be lost."""

    def __init__(self, connection: AsyncConnection | None) -> None:
        self._connection = connection

    async def watch(self) -> NoReturn:
        """Run until cancelled; raises the database's error when the lock is lost."""
        while True:
            await asyncio.sleep(CHECK_S)
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))


@asynccontextmanager
async def account_lock(engine: AsyncEngine, account: str, session: Path) -> AsyncIterator[Lock]:
    """Hold the account's lock. Raises AccountInUseError if another process does."""
    with file_lock(session, account):
        if engine.dialect.name == "sqlite":
            yield Lock(None)
            return
        async with engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            key = {"space": _SPACE, "key": crc32(account.encode()) - (1 << 31)}
            if not await connection.scalar(_TAKE, key):
                raise _in_use(account)
            try:
                yield Lock(connection)
            finally:
                if not connection.invalidated:
                    await connection.execute(_RELEASE, key)


@contextmanager
def file_lock(session: Path, account: str) -> Iterator[None]:
    """Hold the part of the lock that is a file. Raises AccountInUseError."""
    session.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(locked(session.with_name(f"{session.stem}.lock")))
        except BlockingIOError:
            raise _in_use(account) from None
        yield


def _in_use(account: str) -> AccountInUseError:
    return AccountInUseError(
        f"Another process listens with the account {account} already: stop it first.", account=account
    )

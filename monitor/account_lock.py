"""One listener per account: a session that is used from two places at once is ended by Telegram for good.

Within a machine the lock is a file beside the session, which ends with the process that holds it; PostgreSQL keeps one more, for
processes on different machines.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from monitor.advisory import Lock, Space, TakenError, advisory_lock
from monitor.errors import MonitorError
from monitor.locked_file import locked


class AccountInUseError(MonitorError):
    """Another process listens with this account."""

    code = "account_in_use"


class SessionFolderError(MonitorError):
    """The folder of the session file cannot be written."""

    code = "session_folder"


@asynccontextmanager
async def account_lock(engine: AsyncEngine, account: str, session: Path) -> AsyncIterator[Lock]:
    """Hold the account's lock. Raises AccountInUseError if another process does, SessionFolderError."""
    with file_lock(session, account):
        try:
            async with advisory_lock(engine, Space.ACCOUNT, account) as lock:
                yield lock
        except TakenError:
            raise _in_use(account) from None


@contextmanager
def file_lock(session: Path, account: str) -> Iterator[None]:
    """Hold the part of the lock that is a file, by whatever path others name the session.

    Raises AccountInUseError, SessionFolderError.
    """
    file = session_file(session).resolve()
    with ExitStack() as held:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(file.with_suffix(".lock")))
        except BlockingIOError:
            raise _in_use(account) from None
        except OSError as error:
            raise SessionFolderError(folder=str(file.parent)) from error
        yield


def session_file(session: Path) -> Path:
    """The session's file as Telethon names it."""
    return session if session.suffix == ".session" else session.with_name(f"{session.name}.session")


def _in_use(account: str) -> AccountInUseError:
    return AccountInUseError(
        f"Another process listens with the account {account} already: stop it first.", account=account
    )

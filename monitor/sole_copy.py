"""One process a role where the database is a file: a second one would take over what the first is about to send.

Listeners are told apart by their accounts (`account_lock`). PostgreSQL serves as many processes as there are.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor import upgrading
from monitor.errors import MonitorError
from monitor.locked_file import locked

ROLES = ("commands", "relay", "schedule")


class AlreadyRunningError(MonitorError):
    """Another process has this role on the same SQLite database."""

    code = "already_running"


class StillRunningError(MonitorError):
    """Processes are at work on this database: stop them first."""

    code = "still_running"

    def __init__(self, count: int) -> None:
        super().__init__(f"Processes are at work on this database ({count}): stop them first.", count=count)


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """What replaces all that a database holds may have nobody beside it. Raises AlreadyRunningError, StillRunningError."""
    if engine.dialect.name != "sqlite":
        async with engine.connect() as connection:
            if count := await upgrading.at_work(connection):
                raise StillRunningError(count)
    with sole_copy(engine.url, ROLES):
        yield


@contextmanager
def sole_copy(url: URL, roles: Iterable[str]) -> Iterator[None]:
    """Be the only process with these roles, by whatever path the others name the file. Raises AlreadyRunningError.

    Where the lock's file cannot be made, nothing can be written either, and whoever tries hears of it.
    """
    with ExitStack() as held:
        if url.get_backend_name() == "sqlite" and url.database:
            for role in sorted(roles):
                _hold(held, Path(url.database).resolve(), role)
        yield


def _hold(held: ExitStack, database: Path, role: str) -> None:
    try:
        held.enter_context(locked(database.with_name(f"{database.name}.{role}.lock")))
    except BlockingIOError:
        raise AlreadyRunningError(
            f"Another process with the role {role} uses the database {database} already: stop it first.", role=role
        ) from None
    except OSError:
        return

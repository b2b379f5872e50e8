"""Everything that is kept, in one file, and back: consistent while the program runs, and all or nothing both ways.

A backup of SQLite is a SQLite file, one of PostgreSQL a zip of COPY texts; each goes back into the kind of database it came from.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor import migration, postgres_backup, sqlite_backup
from monitor.errors import MonitorError

TELLING = ("channels", "posts", "subscribers", "topics", "members", "watches")
"""A database with no row in these is empty: the others have rows only beside them, or from the start."""


class BackupUnwritableError(MonitorError):
    """The backup cannot be written there: make room, or name another file."""

    code = "backup_unwritable"


class BackupExistsError(MonitorError):
    """There is such a file already: name another one."""

    code = "backup_exists"


class NotABackupError(MonitorError):
    """The file is no whole backup for this kind of database: nothing was changed."""

    code = "not_a_backup"


class NotEmptyError(MonitorError):
    """The database is not empty, and nothing is copied over it: name a new one under [database] url."""

    code = "not_empty"


async def backup(engine: AsyncEngine, file: Path) -> None:
    """Write the whole database to a new file, which only its owner can read.

    Raises BackupExistsError, BackupUnwritableError, NewerSchemaError; no file is left behind then.
    """
    if await migration.version(engine) is None:
        raise NotABackupError("There is nothing to back up: the database at [database] url holds no tables of Dozor.")
    with _new_file(file) as part:
        if engine.dialect.name == "sqlite":
            await sqlite_backup.write(Path(engine.url.database or ""), part)
        else:
            await postgres_backup.write(engine, part)


async def restore(engine: AsyncEngine, file: Path) -> None:
    """Fill an empty database from a backup, and bring it to the newest schema.

    Raises NotABackupError, NotEmptyError, NewerSchemaError; the database is as it was then.
    """
    kind = sqlite_backup if engine.dialect.name == "sqlite" else postgres_backup
    try:
        version = kind.version_of(file)
    except ValueError as error:
        raise _not_a_backup(file, str(error)) from None
    migration.require_known(version)
    await require_empty(engine)
    try:
        if engine.dialect.name == "sqlite":
            await sqlite_backup.read(file, Path(engine.url.database or ""))
        else:
            await postgres_backup.read(engine, file)
    except ValueError as error:
        raise _not_a_backup(file, str(error)) from None
    await migration.upgrade(engine)


async def require_empty(engine: AsyncEngine) -> None:
    """Raises NotEmptyError if anything is kept in the database, NewerSchemaError if a newer program made it."""
    if await migration.version(engine) is None:
        return
    async with engine.connect() as connection:
        for table in TELLING:
            if await connection.scalar(text(f"SELECT 1 FROM {table} LIMIT 1")) is not None:  # noqa: S608 -- a name of ours
                raise NotEmptyError


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """A file beside it that takes its name once it is whole."""
    if file.exists():
        raise BackupExistsError(f"{file} exists already: name another file.", file=str(file))
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(file)
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from None
    finally:
        part.unlink(missing_ok=True)


def _unwritable(file: Path, reason: str) -> BackupUnwritableError:
    return BackupUnwritableError(
        f"The backup {file} cannot be written ({reason}): make room, or name another file.", file=str(file)
    )


def _not_a_backup(file: Path, reason: str) -> NotABackupError:
    return NotABackupError(f"{file} {reason}. Nothing was changed.", file=str(file))

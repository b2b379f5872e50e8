"""Backups of SQLite by its online backup (sqlite.org/backup.html), in one step: a snapshot, for which no writer waits."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

MAGIC = b"SQLite format 3\0"


async def write(database: Path, file: Path) -> None:
    """Copy a database that others may be writing to. Raises OSError where it cannot be written."""
    await asyncio.to_thread(_write, database, file)


async def read(file: Path, database: Path) -> None:
    """Put a backup in the place of an empty database, in one transaction of SQLite's. Raises ValueError if it is damaged."""
    await asyncio.to_thread(_read, file, database)


def version_of(file: Path) -> str:
    """The schema version of a backup. Raises ValueError with what is wrong with the file."""
    with file.open("rb") as opened:
        head = opened.read(len(MAGIC))
    if head != MAGIC:
        kind = "is a backup of PostgreSQL, and [database] url names SQLite" if head[:2] == b"PK" else "is no backup"
        raise ValueError(kind)
    try:
        with closing(_open(file)) as backup:
            _require_whole(file, backup)
            return str(backup.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except sqlite3.OperationalError:
        raise ValueError("is a SQLite file, but no backup of Dozor") from None
    except sqlite3.DatabaseError:
        raise ValueError("is damaged or cut off") from None


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _require_whole(file: Path, backup: sqlite3.Connection) -> None:
    pages = backup.execute("PRAGMA page_count").fetchone()[0]
    size = backup.execute("PRAGMA page_size").fetchone()[0]
    if file.stat().st_size < pages * size:
        raise ValueError("is cut off")


def _write(database: Path, file: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(file)) as target:
        try:
            target.execute("PRAGMA synchronous=OFF")  # the caller waits for the disk once, at the end
            source.backup(target)
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from None


def _read(file: Path, database: Path) -> None:
    with closing(_open(file)) as source, closing(sqlite3.connect(database)) as target:
        damage = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise ValueError(f"is damaged ({damage.splitlines()[0]})")
        source.backup(target)

"""A SQLite database's rows into an empty PostgreSQL one: from one snapshot, in one transaction, so that there is no half of it.

The index is not copied, since each database has its own kind; it is marked as still to be built.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Insert, Table, Text, bindparam, cast, insert, literal, select, text, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from monitor import migration
from monitor.backup import require_empty
from monitor.database import async_url, create_engine, create_sessions
from monitor.errors import MonitorError
from monitor.models import Base, IndexState

PAGE = 1000  # rows
_SERIALS = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"""


class UnfitSourceError(MonitorError):
    """There is no such SQLite database in the newest schema: name one, and run `dozor migrate` on it first."""

    code = "unfit_source"


class WrongTargetError(MonitorError):
    """Copies go from SQLite to PostgreSQL: set [database] url to a PostgreSQL database."""

    code = "wrong_target"


async def copy(source_url: str, target: AsyncEngine, progress: Callable[[int], None] = lambda _rows: None) -> int:
    """Copy every row; how many there were. The target is brought to the newest schema; `progress` is told of more rows.

    Raises UnfitSourceError, WrongTargetError, NotEmptyError, NewerSchemaError; the target holds no row then.
    """
    if target.dialect.name != "postgresql":
        raise WrongTargetError
    source = _existing(source_url)
    try:
        if await migration.version(source) != migration.newest():
            raise UnfitSourceError(
                f"The database at {source_url} is not in schema {migration.newest()}: migrate it first."
            )
        await require_empty(target)
        await migration.upgrade(target)
        async with create_sessions(source)() as reading, target.begin() as writing:
            return await _copy_tables(reading, writing, progress)
    finally:
        await source.dispose()


def _existing(url: str) -> AsyncEngine:
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite" or not Path(parsed.database or "").is_file():
        raise UnfitSourceError(
            f"There is no SQLite database at {parsed.render_as_string()}: name it as sqlite:///FILE."
        )
    return create_engine(url)


async def _copy_tables(reading: AsyncSession, writing: AsyncConnection, progress: Callable[[int], None]) -> int:
    copied = 0
    for table in Base.metadata.sorted_tables:
        if table.name == IndexState.__tablename__:
            await writing.execute(table.update().values(keys_version=0))
            continue
        await writing.execute(table.delete())  # what the schema puts there
        async for rows in _pages(reading, table):
            await writing.execute(_insert(table), rows)
            progress(len(rows))
            copied += len(rows)
    for name, column in (await writing.execute(text(_SERIALS))).all():
        newest = f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), max({column})) FROM {name}"  # noqa: S608 -- the schema's names
        await writing.execute(text(newest))
    return copied


async def _pages(session: AsyncSession, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    """JSON stays text: a null of JSON and one of SQL are two things."""
    columns = [
        type_coerce(each, Text).label(each.name) if isinstance(each.type, JSON) else each for each in table.columns
    ]
    key = list(table.primary_key)
    page = select(*columns).order_by(*key).limit(PAGE)
    rows = [dict(row) for row in (await session.execute(page)).mappings()]
    while rows:
        yield rows
        last = tuple_(*(literal(rows[-1][each.name], each.type) for each in key))
        rows = [dict(row) for row in (await session.execute(page.where(tuple_(*key) > last))).mappings()]


def _insert(table: Table) -> Insert:
    return insert(table).values({
        each.name: cast(bindparam(each.name, type_=Text), JSON) if isinstance(each.type, JSON) else bindparam(each.name)
        for each in table.columns
    })  # fmt: skip

"""Inserting thousands of rows: SQLAlchemy takes longer to make parameters of a row than SQLite to store it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy import insert as insertion
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import unnesting
from monitor.models.mapping import UtcDateTime
from monitor.unnesting import Encoder

_WITHOUT_ZONE = len("2024-07-24 14:02:00.000000")


async def insert(session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name every column of the table."""
    connection = await session.connection()
    if connection.dialect.name != "sqlite":
        await unnesting.insert(session, table, tuple(table.columns.keys()), rows)
        return
    statement, columns = _prepared(table)
    filling = list(zip(*(encode(rows) for encode in columns), strict=True))
    await connection.run_sync(  # it need not wait: one row of a quick session takes no thread
        Connection.exec_driver_sql, statement, filling
    )


@cache
def _prepared(table: Table) -> tuple[str, list[Encoder]]:
    """The statement, and for each of its parameters what makes them of the rows."""
    columns = [_column(column.name, _encoder(column.type)) for column in table.columns]
    return str(insertion(table).compile(dialect=sqlite.dialect())), columns


def _column(name: str, encode: Encoder | None) -> Encoder:
    get = itemgetter(name)
    return lambda rows: [encode(get(row)) for row in rows] if encode else map(get, rows)


def _encoder(kind: Any) -> Encoder | None:
    """What SQLAlchemy's types make of a value; None where that is the value itself."""
    if isinstance(kind, JSON):
        return unnesting.as_json
    return _moment if isinstance(kind, UtcDateTime) else None


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ", "microseconds")[:_WITHOUT_ZONE]

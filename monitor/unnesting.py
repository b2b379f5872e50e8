"""Many rows in one statement, to which each of their columns is an array; PostgreSQL only.

A row by itself costs the server a statement's start and end, and SQLAlchemy and the driver a set of parameters.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import JSON, Column, Dialect, String, Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models.mapping import UtcDateTime

Encoder = Callable[[Any], Any]


async def insert(
    session: AsyncSession, table: Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]], otherwise: str = ""
) -> None:
    """Insert rows with these columns, none of which holds arrays, in order.

    `otherwise`: the clause that says what becomes of rows that are there already.
    """
    statement, encoders = _inserting(table, names, otherwise, session.get_bind().dialect)
    filling = {name: [encode(row[name]) if encode else row[name] for row in rows] for name, encode in encoders.items()}
    await session.execute(statement, filling)


def array(numbers: Sequence[int]) -> str:
    """Numbers as the server reads an array of them: arrays of arrays must have equal lengths, these need not."""
    return f"{{{','.join(map(str, numbers))}}}"


@cache
def _inserting(
    table: Table, names: tuple[str, ...], otherwise: str, dialect: Dialect
) -> tuple[TextClause, dict[str, Encoder | None]]:
    columns = [table.columns[name] for name in names]
    arrays = ", ".join(f"CAST(:{column.name} AS {_element(column, dialect)}[])" for column in columns)
    listed, chosen = ", ".join(f'"{name}"' for name in names), ", ".join(map(_chosen, columns))
    rows = f"SELECT {chosen} FROM unnest({arrays}) AS added({listed})"  # noqa: S608 -- names of columns
    statement = text(f"INSERT INTO {table.name} ({listed}) {rows} {otherwise}")
    return statement, {column.name: _encoder(column.type, dialect) for column in columns}


def _element(column: Column[Any], dialect: Dialect) -> str:
    """What its values are in an array: a text that is too long is refused by the column, where a cast would cut it."""
    return "TEXT" if isinstance(column.type, JSON | String) else column.type.compile(dialect)


def _chosen(column: Column[Any]) -> str:
    return f'CAST("{column.name}" AS JSON)' if isinstance(column.type, JSON) else f'"{column.name}"'


def _encoder(kind: Any, dialect: Dialect) -> Encoder | None:
    if isinstance(kind, JSON):
        return as_json
    return partial(kind.process_bind_param, dialect=dialect) if isinstance(kind, UtcDateTime) else None


def as_json(value: Any) -> str:
    """A value of a JSON column as text; what most posts have there is known without asking."""
    if value is None:
        return "null"
    return "[]" if value == [] else json.dumps(value)

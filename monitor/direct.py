"""Statements over tables, built once, asked of SQLite without SQLAlchemy's layers.

For a statement that touches a few rows by their keys these take five times as long as SQLite itself. What they work out each time
anew (the text, what the types make of parameters and columns) is kept here for each statement and each number of listed values.
PostgreSQL, and a session that is not QUICK, is asked the usual way.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

from monitor import sqlite
from monitor.models import Base
from monitor.sqlite import FetchingConnection

FEW = 100  # values of a list, or rows to be written: for more of them the layers do not matter
_KEPT = 300  # statements, each with each number of listed values: some kilobytes each
_TRANSACTION = "direct"  # in a session's info: its transaction, and the connection of that
_NOTHING: Mapping[str, Any] = {}

Model = TypeVar("Model", bound=Base)
Process = Callable[[Any], Any]


async def ask(session: AsyncSession, statement: Executable, params: Mapping[str, Any] = _NOTHING) -> Sequence[Any]:
    """All rows that the statement returns, as named tuples; of a `text` as plain ones. Raises what SQLAlchemy does.

    The statement stands in a constant or a cache, and needs no defaults of Python's: ValueError.
    """
    connection = await _connection(session)
    if connection is not None:
        asked = _compiled(statement, session.get_bind().dialect)
        sizes = tuple([len(params[name]) for name in asked.lists])
        if max(sizes, default=0) <= FEW:
            prepared = _prepared(asked, sizes)
            return prepared.rows(connection.ask(prepared.sql, prepared.values(params)))
    result = await session.execute(statement, dict(params))
    return () if isinstance(result, CursorResult) and not result.returns_rows else result.all()


async def scalar(session: AsyncSession, statement: Executable, params: Mapping[str, Any] = _NOTHING) -> Any:
    """The first column of the first row; None if there is no row."""
    rows = await ask(session, statement, params)
    return rows[0][0] if rows else None


async def tell(session: AsyncSession, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Have the statement done for each of the rows."""
    if len(rows) > FEW or not sqlite.is_quick(session.sync_session):
        await session.execute(statement, list(rows))
        return
    for row in rows:
        await ask(session, statement, row)


async def load(
    session: AsyncSession, model: type[Model], statement: Executable, params: Mapping[str, Any]
) -> list[Model]:
    """Whole rows of the model's table as objects to be read, of which the session knows nothing."""
    return [model(**row._asdict()) for row in await ask(session, statement, params)]


async def _connection(session: AsyncSession) -> FetchingConnection | None:
    """The connection of a quick transaction of SQLite's; None of any other, and while objects wait to be flushed."""
    sync: Session = session.sync_session
    transaction, connection = sync.info.get(_TRANSACTION, (None, None))
    if transaction is None or transaction is not sync.get_transaction():
        if not sqlite.is_quick(sync):
            return None
        await session.connection()
        connection = sqlite.connection_of(sync)
        sync.info[_TRANSACTION] = (sync.get_transaction(), connection)
    return None if sync.new or sync.dirty or sync.deleted else connection


class _Compiled:
    """A statement in SQLite's words; `lists` are the parameters that stand for any number of values."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError(f"needs defaults of Python's: {compiled}")
        self.compiled = compiled
        self.dialect = dialect
        self.lists = [name for name, bound in compiled.binds.items() if bound.required and bound.expanding]
        self.columns = list(statement.exported_columns) if isinstance(statement, ReturnsRows) else []


class _Source(NamedTuple):
    """Where a placeholder's value comes from: a parameter, or one of the values that it lists; or it is always the same."""

    name: str | None
    place: int | None
    process: Process | None
    constant: Any = None

    def value(self, params: Mapping[str, Any]) -> Any:
        if self.name is None:
            return self.constant
        value = params[self.name] if self.place is None else params[self.name][self.place]
        return value if self.process is None else self.process(value)


class _Prepared:
    """A statement for so many listed values: how it is filled, and what becomes of its rows."""

    def __init__(self, asked: _Compiled, sizes: Sequence[int]) -> None:
        compiled, dialect, columns = asked.compiled, asked.dialect, asked.columns
        constants = {name: bound.effective_value for name, bound in compiled.binds.items()}
        lists = {name: [None] * size for name, size in zip(asked.lists, sizes, strict=True)}
        state = compiled.construct_expanded_state(constants | lists)
        places = {
            each: (name, place) for name, names in state.parameter_expansion.items() for place, each in enumerate(names)
        }
        named = [places.get(name, (name, None)) for name in state.positiontup or ()]
        self.sql = state.statement
        self._sources = [_source(name, place, compiled, dialect) for name, place in named]
        self._make = _row([column.key for column in columns]) if columns else None
        self._processes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]

    def values(self, params: Mapping[str, Any]) -> list[Any]:
        """The placeholders' values."""
        return [source.value(params) for source in self._sources]

    def rows(self, rows: list[Any]) -> Sequence[Any]:
        """The rows as the types of their columns have them."""
        if self._make is None:
            return rows
        if any(self._processes):
            rows = [self._processed(row) for row in rows]
        return list(map(self._make, rows))

    def _processed(self, row: Sequence[Any]) -> list[Any]:
        return [process(value) if process else value for process, value in zip(self._processes, row, strict=True)]


@lru_cache(_KEPT)
def _compiled(statement: Executable, dialect: Dialect) -> _Compiled:
    return _Compiled(statement, dialect)


@lru_cache(_KEPT)
def _prepared(asked: _Compiled, sizes: tuple[int, ...]) -> _Prepared:
    return _Prepared(asked, sizes)


def _source(name: str, place: int | None, compiled: SQLCompiler, dialect: Dialect) -> _Source:
    bound = compiled.binds[name]
    process = bound.type.dialect_impl(dialect).bind_processor(dialect)
    if bound.required:
        return _Source(name, place, process)
    constant: Any = bound.effective_value
    value = constant if place is None else constant[place]
    return _Source(None, None, None, value if process is None else process(value))


def _row(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # names that are known only now
    make: Callable[[Sequence[Any]], Any] = made._make
    return make

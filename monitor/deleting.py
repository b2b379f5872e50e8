"""What is old goes: on SQLite it is found beside those who write, and leaves a page in a transaction, since it may be very much."""

from typing import Any

from sqlalchemy import ColumnElement, CursorResult, case, delete, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.database import Sessions
from monitor.models import Base

PAGE = 500
"""Rows a transaction: some thousandths of a second, for which SQLite's other writers wait; on PostgreSQL nobody waits."""
_ROW: ColumnElement[int] = literal_column("rowid")
"""The number that SQLite has for each row, whatever its key is."""


async def delete_old(
    sessions: Sessions, model: type[Base], old: ColumnElement[bool], *found_by: ColumnElement[bool]
) -> int:
    """Delete the rows that are `old` and still are when their turn comes; how many. `found_by`: what else is true of them for good."""
    if sessions.engine.dialect.name != "sqlite":
        async with sessions.begin() as session:
            return await _deleted(session, delete(model).where(old, *found_by))
    async with sessions() as session:
        rows = (await session.scalars(select(_ROW).select_from(model).where(old, *found_by))).all()
    still, gone = case((old, 1), else_=0) == 1, 0  # so that SQLite goes by the row's number and no index
    for start in range(0, len(rows), PAGE):
        async with sessions.begin() as session:
            gone += await _deleted(session, delete(model).where(_ROW.in_(rows[start : start + PAGE]), still))
    return gone


async def _deleted(session: AsyncSession, statement: Any) -> int:
    result = await session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount

"""What is kept about one person: all of it, to be handed over or to be forgotten.

A person's rows are found by the tables themselves: whatever refers to a subscriber of their private chat, and whatever has
a column `user_id`. A table that is added later is therefore part of it without being named here. What others are told of
the person (who asks to be let in) is found by the sentence's own `user`.
"""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import sharing
from monitor.models import AdminAction, Base, Delivery, Editor, Subscriber

PAGE = 200
"""Rows that are read without a pause."""
NOBODY = 0
"""A user id that Telegram gives to nobody."""


async def gather(session: AsyncSession, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person, as {table: [{column: value}]}, with values that JSON knows."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, condition in _kept(user_id):
        found[table.name] = await _rows(session, table, condition)
    return found


async def forget(session: AsyncSession, user_id: int) -> None:
    """Delete all of it. What admins did stays written down, without saying to whom; topics that others have too stay theirs."""
    await sharing.hand_over(session, user_id)
    for table, condition in reversed(_kept(user_id)):
        await session.execute(delete(table).where(condition))
    await session.execute(update(AdminAction).where(AdminAction.person_id == user_id).values(person_id=None))
    await session.execute(update(Editor).where(Editor.made_by == user_id).values(made_by=NOBODY))


def personal_columns() -> list[tuple[Table, str]]:
    """The columns that say about whom a row is; whatever is referred to stands before what refers to it."""
    subscriber = Subscriber.__table__
    found = []
    for table in Base.metadata.sorted_tables:
        referring = {key.parent.name for key in table.foreign_keys if key.column.table is subscriber}
        found += [(table, name) for name in sorted(referring | ({"user_id"} & set(table.columns.keys())))]
    return found


def _kept(user_id: int) -> list[tuple[Table, ColumnElement[bool]]]:
    """The tables that may hold something about the person, and which of their rows do."""
    subscriber = Base.metadata.tables[Subscriber.__tablename__]
    mine = select(Subscriber.id).where(Subscriber.chat_id == user_id)
    conditions: dict[Table, ColumnElement[bool]] = {subscriber: subscriber.c.chat_id == user_id}
    for table, name in personal_columns():
        theirs = table.c[name] == user_id if name == "user_id" else table.c[name].in_(mine)
        conditions[table] = conditions[table] | theirs if table in conditions else theirs
    deliveries = Base.metadata.tables[Delivery.__tablename__]
    conditions[deliveries] |= _names(deliveries, user_id)
    return [(table, conditions[table]) for table in Base.metadata.sorted_tables if table in conditions]


def _names(deliveries: Table, user_id: int) -> ColumnElement[bool]:
    """Sentences about the person to somebody else: no post is behind them, by which few rows are asked."""
    told = deliveries.c.notice["params"]["user"].as_numeric(20, 0)
    return and_(deliveries.c.post_id.is_(None), told == user_id)


async def _rows(session: AsyncSession, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Some at a time: somebody may have got very many messages."""
    found = await session.execute(select(table).where(condition))
    rows: list[dict[str, Any]] = []
    for some in found.mappings().partitions(PAGE):
        rows += [{name: _plain(value) for name, value in row.items()} for row in some]
        await asyncio.sleep(0)  # others have their turn
    return rows


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

"""INSERT … ON CONFLICT, which both databases write alike but SQLAlchemy keeps in their dialects."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession


def insert_for(session: AsyncSession, model: type) -> Any:
    """An insert into the model's table for the session's database."""
    return insert_into(session.get_bind().dialect.name, model)


def insert_into(dialect: str, table: Table | type) -> Any:
    """An insert for the database of this name; the other dialect is not even loaded."""
    if dialect == "sqlite":
        return insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)

"""INSERT … ON CONFLICT, which both databases write alike but SQLAlchemy keeps in their dialects."""

from typing import Any

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession


def insert_for(session: AsyncSession, model: type) -> Any:
    """An insert into the model's table for the session's database; the other dialect is not even loaded."""
    if session.get_bind().dialect.name == "sqlite":
        return insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)

"""INSERT … ON CONFLICT, which SQLAlchemy spells the same for both databases but keeps in two modules."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Base


def insert_for(session: AsyncSession, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An insert into the model's table that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)

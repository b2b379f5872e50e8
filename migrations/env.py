"""Alembic's entry: runs the versions on the connection that `monitor.migration` hands over, or on a url given with -x url=…."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection

from monitor.database import create_engine
from monitor.models import Base


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Autogenerate must not see the full-text index: SQLAlchemy cannot describe it."""
    return not (kind == "table" and name is not None and name.startswith("post_index"))


def run(connection: Connection) -> None:
    """Run the versions in one transaction on this connection."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, include_name=include_name
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on_url(url: str) -> None:
    """For developers: `alembic -x url=sqlite:///dozor.db revision --autogenerate`."""
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    asyncio.run(run_on_url(context.get_x_argument(as_dictionary=True)["url"]))

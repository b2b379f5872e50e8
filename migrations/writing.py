"""What a version does to a table that may be long, so that nobody who writes waits for it."""

from typing import Any

from alembic import op

from monitor.upgrading import LOCK_MS


def create_index(name: str, table: str, columns: list[Any], **options: Any) -> None:
    """An index that PostgreSQL builds while others write; what the version did before it is committed then.

    An attempt that was broken off leaves an index that is not valid, so it is made anew.
    """
    context = op.get_context()
    if context.dialect.name == "sqlite" or context._in_external_transaction:
        op.create_index(name, table, columns, **options)
        return
    with context.autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for those who write, and nobody waits for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        op.execute(f"SET lock_timeout = {LOCK_MS}")

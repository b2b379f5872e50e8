"""Which schema the database has, and bringing it to the newest one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
from monitor.errors import MonitorError


class NewerSchemaError(MonitorError):
    """The database was made by a newer version of this program: upgrade the program."""

    code = "newer_schema"


async def upgrade(engine: AsyncEngine) -> bool:
    """Bring the schema to the newest version; True if it was not there yet. Raises NewerSchemaError."""
    async with engine.begin() as connection:
        return await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the schema is the newest one. Raises NewerSchemaError."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) == newest()


def newest() -> str | None:
    """The newest schema version this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: Connection) -> bool:
    if _current(connection) == newest():
        return False
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def _current(connection: Connection) -> str | None:
    version = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
        raise NewerSchemaError(version=version)
    return version


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config

"""Which schema the database has, and bringing it to the newest one.

A schema version is the number that its file in `migrations/versions` begins with. Alembic is loaded only to change a schema, since it
costs a twelfth of the memory that the whole program may take.
"""

import asyncio
import runpy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
from monitor import upgrading
from monitor.advisory import take_turns
from monitor.database import create_engine
from monitor.errors import MonitorError
from monitor.orphans import SetUp
from monitor.troubles import as_owner

FOLDER = Path(migrations.__file__).parent


class NewerSchemaError(MonitorError):
    """The database was made by a newer version of this program: upgrade the program."""

    code = "newer_schema"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The database has schema {version}, which a newer version of this program made; this one knows schemas up to"
            f" {newest()}: upgrade the program.",
            version=version,
            newest=newest(),
        )


class UpgradeEndedError(MonitorError):
    """The process that brings the schema to its newest version was ended: start again."""

    code = "upgrade_ended"


async def upgrade(engine: AsyncEngine) -> bool:
    """Bring the schema to the newest version; True if it was not there yet.

    Raises NewerSchemaError, OlderProcessesError, SchemaHeldError, NotTheOwnerError.
    """
    with as_owner():
        if engine.dialect.name != "sqlite" and await version(engine) is not None:
            return await upgrading.upgrade(engine, _next, upgrade_to, needs_peace=_needs_peace)
        async with engine.begin() as connection:
            return await connection.run_sync(_upgrade)


async def upgrade_apart(engine: AsyncEngine, set_up_log: SetUp | None = None) -> bool:
    """The same in a process of its own, for programs that stay: what the change takes in memory is given back.

    `set_up_log` is called there first.
    """
    if await is_current(engine):
        return False
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    url = engine.url.render_as_string(hide_password=False)
    process = context.Process(target=_upgrade_url, args=(url, sender, set_up_log), daemon=True)
    process.start()
    sender.close()
    try:
        outcome: bool | Exception = await asyncio.to_thread(receiver.recv)
    except EOFError:
        raise UpgradeEndedError from None
    finally:  # a change that is given up is rolled back
        process.terminate()
        process.join()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the schema is the newest one. Raises NewerSchemaError."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) == newest()


async def version(engine: AsyncEngine) -> str | None:
    """The schema version of the database; None if it has no schema. Raises NewerSchemaError."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current)


def require_known(version: str) -> None:
    """Raises NewerSchemaError for a schema version that this program does not know."""
    if version not in _versions():
        raise NewerSchemaError(version)


def newest() -> str:
    """The newest schema version this program knows."""
    return max(_versions())


def _versions() -> set[str]:
    return {file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*_*.py")}


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is not None:
        require_known(version)
    return version


def _next(connection: Connection) -> str | None:
    """The version after that of the database; None if it has the newest."""
    current = _current(connection) or ""
    return min((each for each in _versions() if each > current), default=None)


def _needs_peace(version: str) -> bool:
    """Whether what runs with the schema before could not go on with this one: its file then says PEACE = True."""
    (file,) = (FOLDER / "versions").glob(f"{version}_*.py")
    return bool(runpy.run_path(str(file)).get("PEACE"))


def drop_tables(connection: Connection) -> None:
    """Take away the schema and all that is in it."""
    from monitor.models import Base

    for table in (*Base.metadata.tables, "post_index", "post_index_forms", "post_index_words", "alembic_version"):
        connection.execute(text(f"DROP TABLE IF EXISTS {table} CASCADE"))


def upgrade_to(connection: Connection, version: str) -> None:
    """Bring the schema to this version, in the transaction that is under way, or in one of its own."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _upgrade(connection: Connection) -> bool:
    take_turns(connection, "schema")  # several processes may be started at once
    if _current(connection) == newest():
        return False
    upgrade_to(connection, "head")
    return True


def _upgrade_url(url: str, sender: Any, set_up_log: SetUp | None) -> None:
    """Send whether the schema was changed, or the error."""
    if set_up_log is not None:
        set_up_log()
    try:
        sender.send(asyncio.run(_upgrade_and_close(url)))
    except Exception as error:
        sender.send(error)


async def _upgrade_and_close(url: str) -> bool:
    engine = create_engine(url)
    try:
        return await upgrade(engine)
    finally:
        await engine.dispose()

"""Backups of PostgreSQL: a zip of COPY texts (postgresql.org/docs/current/sql-copy.html).

They are read in one snapshot and written back in one transaction.

`manifest.json` comes last: {"version", "tables": {name: {"columns", "rows"}}, "sequences": {name: last value}}. The zip's own sums and
its directory at the end tell a file that is damaged or cut off.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor import migration

MANIFEST = "manifest.json"
MEMORY = "256MB"
"""What PostgreSQL may take to make an index."""
_COLUMNS = """SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
    GROUP BY table_name ORDER BY table_name"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
_REFERENCES = """SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_INDEXES = """SELECT index.oid::regclass::text AS name, pg_get_indexdef(index.oid) AS definition
    FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.oid)"""


async def write(engine: AsyncEngine, file: Path) -> None:
    """Write what the database holds at one moment; others go on writing. Raises OSError where the file cannot be written."""
    async with engine.connect() as connection:
        database = await _driver(connection)
        async with database.transaction(isolation="repeatable_read", readonly=True):
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                tables = {
                    row["table_name"]: await _dump(database, archive, row["table_name"], row["columns"])
                    for row in await database.fetch(_COLUMNS)
                }
                version = await database.fetchval("SELECT version_num FROM alembic_version")
                sequences = {row["sequencename"]: row["last_value"] for row in await database.fetch(_SEQUENCES)}
                manifest = {"version": version, "tables": tables, "sequences": sequences}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))


def version_of(file: Path) -> str:
    """The schema version of a backup. Raises ValueError with what is wrong with the file."""
    return str(_manifest(file)["version"])


async def read(engine: AsyncEngine, file: Path) -> None:
    """Make an empty database anew in the backup's schema and fill it, or change nothing. Raises ValueError if it is damaged."""
    manifest = _manifest(file)
    async with engine.begin() as connection:
        await _make_tables(connection, manifest["version"])
        database = await _driver(connection)
        _require_known(manifest["tables"], await database.fetch(_COLUMNS))
        references, indexes = await database.fetch(_REFERENCES), await database.fetch(_INDEXES)
        for each in references:  # checked at the end, all at once: rows may come in any order
            await database.execute(f'ALTER TABLE {each["table"]} DROP CONSTRAINT "{each["name"]}"')
        for each in indexes:  # made at the end, which takes a fraction of the time
            await database.execute(f"DROP INDEX {each['name']}")
        try:
            with zipfile.ZipFile(file) as archive:
                for table, content in manifest["tables"].items():
                    await _fill(database, archive, table, content)
        except (zipfile.BadZipFile, zlib.error):
            raise ValueError("is damaged") from None
        await database.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for each in indexes:
            await database.execute(each["definition"])
        for each in references:
            await database.execute(f'ALTER TABLE {each["table"]} ADD CONSTRAINT "{each["name"]}" {each["definition"]}')
        for sequence, value in manifest["sequences"].items():
            if value is not None:
                await database.execute("SELECT setval($1::text::regclass, $2)", sequence, value)


def _manifest(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        head = opened.read(16)
    if head.startswith(b"SQLite format 3"):
        raise ValueError("is a backup of SQLite: copy it with `dozor migrate --from sqlite:///FILE`")
    if not head.startswith(b"PK"):
        raise ValueError("is no backup")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (zipfile.BadZipFile, zlib.error):
        raise ValueError("is damaged or cut off") from None
    except KeyError:
        raise ValueError("is a zip file, but no backup of Dozor") from None
    return manifest


def _require_known(tables: dict[str, Any], known: list[Any]) -> None:
    """Names become part of statements. Raises ValueError for what the schema does not have."""
    columns = {row["table_name"]: set(row["columns"]) for row in known}
    for table, content in tables.items():
        if table not in columns or not set(content["columns"]) <= columns[table]:
            raise ValueError(f"holds a table that its schema does not have ({table!r:.40})")


async def _driver(connection: AsyncConnection) -> Any:
    """asyncpg's own connection, which knows COPY."""
    return (await connection.get_raw_connection()).driver_connection


async def _dump(database: Any, archive: zipfile.ZipFile, table: str, columns: list[str]) -> dict[str, Any]:
    with archive.open(f"{table}.copy", "w", force_zip64=True) as member:
        status = await database.copy_from_table(table, columns=columns, output=member)
    return {"columns": columns, "rows": int(status.split()[-1])}


async def _make_tables(connection: AsyncConnection, version: str) -> None:
    await connection.run_sync(migration.drop_tables)
    await connection.run_sync(migration.upgrade_to, version)


async def _fill(database: Any, archive: zipfile.ZipFile, table: str, content: dict[str, Any]) -> None:
    await database.execute(f'DELETE FROM "{table}"')  # noqa: S608 -- what the schema puts there; a name that the schema must know
    with archive.open(f"{table}.copy") as member:
        status = await database.copy_to_table(table, columns=content["columns"], source=member)
    if int(status.split()[-1]) != content["rows"]:
        raise ValueError(f"holds {status.split()[-1]} rows of {table}, and should hold {content['rows']}")

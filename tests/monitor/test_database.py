"""Who waits for whom at the database, and which schema it has."""

import asyncio
import runpy
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from monitor import migration
from monitor.database import Sessions, create_engine


async def test_a_reader_does_not_wait_for_a_writer(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as writing:
        await writing.execute(text("DELETE FROM posts"))
        async with asyncio.timeout(5), sqlite_sessions() as reading:
            assert await reading.scalar(text("SELECT count(*) FROM posts")) == 0


async def test_writers_take_turns(sqlite_sessions: Sessions) -> None:
    async def add_one(number: int) -> None:
        async with sqlite_sessions.begin() as session:
            await session.scalar(text("SELECT count(*) FROM channels"))
            await session.execute(
                text(
                    "INSERT INTO channels(id, title, watched, cursor, protected, added_at)"
                    " VALUES (:id, '', 1, 0, 0, '2025-07-01 00:00:00')"
                ),
                {"id": number},
            )

    await asyncio.gather(*map(add_one, range(30)))
    async with sqlite_sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM channels")) == 30


async def test_a_reader_cannot_write(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions() as session:
        with pytest.raises(OperationalError, match="readonly"):
            await session.execute(text("DELETE FROM posts"))


def test_a_schema_version_is_the_number_of_its_file() -> None:
    for file in (migration.FOLDER / "versions").glob("*.py"):
        assert file.name.startswith(f"{runpy.run_path(str(file))['revision']}_")


async def test_a_process_of_its_own_brings_the_schema_up(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
    assert await migration.upgrade_apart(engine) is True
    assert await migration.is_current(engine)
    assert await migration.upgrade_apart(engine) is False
    await engine.dispose()


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
    await migration.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migration.NewerSchemaError):
        await migration.upgrade_apart(engine)
    await engine.dispose()

"""A database that cannot be written: a sentence that helps, and nothing already stored is harmed."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor.database import Sessions, create_engine
from monitor.importing import import_posts
from monitor.jsonl import Line
from monitor.models import Post
from monitor.search import scan
from monitor.troubles import DatabaseFullError, DatabaseReadOnlyError, log_failure, meaning, require_writable
from tests.conftest import NOW
from tests.postgres import Postgres

LINES = [Line("news", n, NOW - timedelta(days=9), f"Запись номер {n} о погоде", {}) for n in range(1, 6_001)]


async def test_a_disk_that_fills_up_during_an_import_is_named_and_room_lets_it_go_on(sqlite_sessions: Sessions) -> None:
    engine = sqlite_sessions.engine
    async with engine.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages + 150}"))
    with pytest.raises(DBAPIError) as refused:
        await import_posts(sqlite_sessions, LINES, NOW, processes=1)
    assert isinstance(meaning(refused.value), DatabaseFullError)
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA integrity_check"))).scalar_one() == "ok"
        stored = (await connection.execute(select(func.count()).select_from(Post))).scalar_one()
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    assert 0 < stored < len(LINES)
    done = await import_posts(sqlite_sessions, LINES, NOW, processes=1)
    assert (done.new, done.unchanged) == (len(LINES) - stored, stored)
    async with sqlite_sessions() as session:
        assert len([found async for found in scan(session, '"номер 5999"')]) == 1


async def test_a_database_that_may_only_be_read_is_told_from_one_that_may_be_written(sqlite_sessions: Sessions) -> None:
    await require_writable(sqlite_sessions.engine)
    async with sqlite_sessions.engine.connect() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(DatabaseReadOnlyError):
        await require_writable(sqlite_sessions.engine)


async def test_postgresql_says_the_same_by_its_codes(postgres: Postgres) -> None:
    engine = create_engine(postgres.new_database())
    full = await refused(engine, "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$")
    read_only = await refused(engine, "SET TRANSACTION READ ONLY", "CREATE TABLE x (y int)")
    other = await refused(engine, "SELECT nothing")
    assert [type(meaning(error)) for error in (full, read_only, other)] == [
        DatabaseFullError,
        DatabaseReadOnlyError,
        type(None),
    ]
    await engine.dispose()


async def refused(engine: AsyncEngine, *statements: str) -> DBAPIError:
    """The error of the last of these statements."""
    async with engine.connect() as connection:
        for statement in statements[:-1]:
            await connection.execute(text(statement))
        with pytest.raises(DBAPIError) as error:
            await connection.execute(text(statements[-1]))
    return error.value


async def test_a_failure_of_the_database_is_a_line_in_the_log_and_any_other_has_its_traceback(
    sqlite_sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        async with sqlite_sessions() as session:
            await session.execute(text("SELECT nothing"))

    for failing, has_traceback in ((fail(), False), (_wrong(), True)):
        caplog.clear()
        try:
            await failing
        except Exception:
            log_failure(logging.getLogger("test"), "could not store: channel=%d", 5)
        (record,) = caplog.records
        assert "could not store: channel=5" in record.getMessage()
        assert bool(record.exc_info) == has_traceback


async def _wrong() -> None:
    raise ValueError

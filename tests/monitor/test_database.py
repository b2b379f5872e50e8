"""Who waits for whom at the database, and which schema it has."""

import asyncio
import runpy
import sqlite3
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from monitor import migration
from monitor.database import Sessions, create_engine, create_sessions
from monitor.sqlite import CHECKPOINT_AFTER


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


async def test_a_writer_waits_for_another_process_without_blocking_anybody(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        await session.execute(text("CREATE TABLE t(a)"))
    other = sqlite3.connect(tmp_path / "dozor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.05, other.execute, "COMMIT")  # runs only if the loop is free
    async with asyncio.timeout(10), sessions.begin(quick=True) as session:
        await session.execute(text("INSERT INTO t VALUES (1)"))
    assert other.execute("SELECT a FROM t").fetchall() == [(1,)]
    other.close()
    await engine.dispose()


RECOVERING = """
import fcntl, sys
with open(sys.argv[1], "r+b") as shared:  # sqlite.org/walformat.html, 2.3: the locks of who writes, checks and recovers
    fcntl.lockf(shared, fcntl.LOCK_EX, 3, 120)
    shared.write(bytes(96))
    shared.flush()
    print("recovering", flush=True)
    sys.stdin.read()
"""


async def test_a_writer_waits_for_another_process_that_recovers_the_log_after_a_kill(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        await session.execute(text("CREATE TABLE t(a)"))
    command = (sys.executable, "-c", RECOVERING, str(tmp_path / "dozor.db-shm"))
    other = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdin is not None
    assert other.stdout is not None
    await other.stdout.readline()
    asyncio.get_running_loop().call_later(0.1, other.stdin.close)
    async with asyncio.timeout(10), sessions.begin(quick=True) as session:
        await session.execute(text("INSERT INTO t VALUES (1)"))
    await other.wait()
    await engine.dispose()


async def test_a_statement_that_lasts_leaves_the_loop_free_and_outlives_its_caller(sqlite_sessions: Sessions) -> None:
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) FROM n"

    async def count() -> int | None:
        async with sqlite_sessions() as session:
            return await session.scalar(text(counting))

    task = asyncio.create_task(count())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count() == 2_000_000


async def test_a_caller_that_is_cancelled_twice_waits_for_its_statement_too(sqlite_sessions: Sessions) -> None:
    begun, may_end, waited = asyncio.Event(), threading.Event(), list[bool]()
    loop = asyncio.get_running_loop()

    def last() -> None:
        loop.call_soon_threadsafe(begun.set)
        waited.append(may_end.wait(2))

    async def read() -> None:
        async with sqlite_sessions() as session:
            connection = await (await session.connection()).get_raw_connection()
            assert connection.driver_connection is not None
            connection.driver_connection.create_function("last", 0, last)
            await session.execute(text("SELECT last()"))

    task = asyncio.create_task(read())
    await begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.01)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert waited == [True]  # a connection that is closed amid a statement holds everything up, or ends the process


async def test_a_write_that_was_cancelled_locks_nobody_out(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        await session.execute(text("CREATE TABLE t(a)"))

    async def write() -> None:
        async with sqlite_sessions.begin() as session:
            await session.execute(text("INSERT INTO t VALUES (:a)"), [{"a": number} for number in range(300_000)])

    task = asyncio.create_task(write())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as _held:  # with it all that the task had in hand
        await task
    async with asyncio.timeout(5), sqlite_sessions.begin() as session:
        await session.execute(text("INSERT INTO t VALUES (1)"))
    async with sqlite_sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM t")) == 1


async def test_rows_can_be_fetched_one_by_one_in_parts_and_at_once(sqlite_sessions: Sessions) -> None:
    numbers = text("SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5")
    async with sqlite_sessions() as session:
        rows = await session.execute(numbers)
        assert (rows.fetchone(), rows.fetchmany(2), rows.fetchall()) == ((1,), [(2,), (3,)], [(4,), (5,)])


async def test_the_log_stays_short_however_small_the_transactions_are(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        await session.execute(text("CREATE TABLE t(a TEXT)"))
    for _ in range(4 * CHECKPOINT_AFTER):
        async with sessions.begin(quick=True) as session:
            await session.execute(text("INSERT INTO t VALUES ('')"))
    pages = (tmp_path / "dozor.db-wal").stat().st_size / 4096
    assert CHECKPOINT_AFTER / 2 < pages < 2 * CHECKPOINT_AFTER
    await engine.dispose()

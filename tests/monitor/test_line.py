"""Two processes on one PostgreSQL hear of each other."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from monitor import budget
from monitor.clock import Clock
from monitor.database import create_engine, create_sessions
from monitor.line import Line
from tests.postgres import Postgres

OTHER = """
import asyncio, sys
from monitor.clock import Clock
from monitor.database import create_engine
from monitor.line import Line

async def main():
    heard = asyncio.Event()
    line = Line(create_engine(sys.argv[1]), "other", Clock(), {"outbox": heard.set})
    task = asyncio.create_task(line.run())
    while not line.stands_for():
        await asyncio.sleep(0.01)
    heard.clear()
    print("there", flush=True)
    await heard.wait()
    line.tell("answer")
    await asyncio.sleep(600)

asyncio.run(main())
"""


@asynccontextmanager
async def other(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that answers the word "outbox"."""
    command = [sys.executable, "-c", OTHER, url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"there\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def running(line: Line) -> AsyncIterator[None]:
    task = asyncio.create_task(line.run())
    try:
        async with asyncio.timeout(30):
            while not line.stands_for():  # noqa: ASYNC110 -- the database answers
                await asyncio.sleep(0.01)
        yield
    finally:
        line.stop()
        await task


async def test_a_word_wakes_another_process_which_is_known_to_be_there_while_it_is(postgres: Postgres) -> None:
    url = postgres.new_database()
    engine, answered = create_engine(url), asyncio.Event()
    line = Line(engine, "here", Clock(), {"answer": answered.set, "outbox": lambda: None})
    async with other(url) as process, running(line):
        answered.clear()
        line.tell("outbox")
        await asyncio.wait_for(answered.wait(), 30)
        async with create_sessions(engine)() as session:
            assert await budget.is_there(session, "other")
            process.kill()
            await process.wait()
            async with asyncio.timeout(10):
                while await budget.is_there(session, "other"):  # noqa: ASYNC110 -- the database notices
                    await asyncio.sleep(0.05)
    await engine.dispose()


async def test_a_line_that_was_cut_comes_back_and_looks_at_everything(postgres: Postgres) -> None:
    engine, looked = create_engine(postgres.new_database()), asyncio.Event()
    line = Line(engine, "here", Clock(), {"outbox": looked.set})
    async with running(line):
        looked.clear()
        async with engine.connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        await asyncio.wait_for(looked.wait(), 30)
    await engine.dispose()


async def test_the_time_is_that_of_the_database(postgres: Postgres) -> None:
    engine, clock = create_engine(postgres.new_database()), Clock()
    clock.set(datetime(2000, 1, 1, tzinfo=UTC), 0)
    async with running(Line(engine, "here", clock, {})):
        async with asyncio.timeout(30):
            while clock() < datetime(2020, 1, 1, tzinfo=UTC):  # noqa: ASYNC110 -- the database answers
                await asyncio.sleep(0.01)
        async with engine.connect() as connection:
            theirs = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        assert abs(clock() - theirs) < timedelta(seconds=5)
    await engine.dispose()

"""PostgreSQL behind a network that swallows what is sent: nobody waits for ever, and nobody keeps what he may have lost."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.schedule import Schedule
from monitor import advisory, line, postgresql
from monitor.advisory import Space, TakenError, advisory_lock
from monitor.clock import Clock
from monitor.database import Sessions, create_engine, create_sessions
from monitor.line import Line
from monitor.postgresql import Pool
from tests.black_hole import Way, way
from tests.postgres import Postgres

ONE = text("SELECT 1")
QUICK = Pool(writing=1, reading=1, limit_s=0.5)


@pytest.fixture
async def hole(postgres: Postgres) -> AsyncIterator[tuple[str, Way]]:
    """A database's url, and the way to it."""
    url = make_url(postgres.new_database())
    assert url.port is not None
    async with way(url.port) as made:
        yield url.set(port=made.port).render_as_string(), made


@asynccontextmanager
async def opened(url: str, pool: Pool = QUICK) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url, pool)
    try:
        yield engine
    finally:
        await engine.dispose()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a lock asks for it every second; who does not for eight seconds loses it."""
    for module in (postgresql, advisory, line):
        monkeypatch.setattr(module, "CHECK_S", 1)
    monkeypatch.setattr(advisory, "GONE_S", 8)
    monkeypatch.setattr(postgresql, "PING_S", 1)


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 -- other tasks and the server make it true
            await asyncio.sleep(0.02)


async def test_a_statement_that_is_not_answered_is_an_error_of_the_database(hole: tuple[str, Way]) -> None:
    url, network = hole
    async with opened(url) as engine:
        async with asyncio.timeout(60), engine.connect() as connection:
            await connection.execute(ONE)
            assert network.swallow() == 1
            with pytest.raises(OperationalError, match="not answered in time"):
                await connection.execute(ONE)
            assert connection.invalidated
        async with asyncio.timeout(60), engine.connect() as connection:
            assert await connection.scalar(ONE) == 1


@pytest.mark.usefixtures("soon")
async def test_whoever_takes_a_connection_gets_one_that_answers(hole: tuple[str, Way]) -> None:
    url, network = hole
    async with opened(url, Pool(writing=1)) as engine:
        async with engine.connect() as connection:
            await connection.execute(ONE)
        assert network.swallow() == 1
        async with asyncio.timeout(60), engine.connect() as connection:
            assert await connection.scalar(ONE) == 1


async def terminate(url: str, network: Way, postgres: Postgres) -> None:
    """Have the server end all connections to the database: its word of that arrives, the end itself does not yet."""
    network.last = b"terminating connection"
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
    direct = make_url(url).set(port=postgres.port)
    async with opened(direct.render_as_string()) as engine, engine.connect() as connection:
        await connection.execute(text(others), {"name": direct.database})
    await until(lambda: network.last is None)
    await asyncio.sleep(0.1)  # until the client has read it


async def test_whoever_takes_a_connection_that_the_server_is_ending_gets_another(
    hole: tuple[str, Way], postgres: Postgres
) -> None:
    url, network = hole
    async with opened(url, Pool(writing=1)) as engine:
        async with engine.connect() as connection:
            await connection.execute(ONE)
        await terminate(url, network, postgres)
        async with asyncio.timeout(60), engine.connect() as connection:
            assert await connection.scalar(ONE) == 1


async def test_a_statement_while_the_server_is_ending_the_connection_is_an_error_of_the_database(
    hole: tuple[str, Way], postgres: Postgres
) -> None:
    url, network = hole
    async with opened(url, Pool(writing=1)) as engine:
        async with engine.connect() as connection:
            await connection.execute(ONE)
            await terminate(url, network, postgres)
            with pytest.raises(OperationalError):
                await connection.execute(ONE)
            assert connection.invalidated
        async with asyncio.timeout(60), engine.connect() as connection:
            assert await connection.scalar(ONE) == 1


async def test_closing_waits_for_nobody_for_long(hole: tuple[str, Way]) -> None:
    url, network = hole
    engine = create_engine(url)
    async with engine.connect() as connection:
        await connection.execute(ONE)
    assert network.swallow() == 1
    async with asyncio.timeout(60):
        await engine.dispose()


async def test_a_statement_may_take_as_long_as_its_pool_says(hole: tuple[str, Way]) -> None:
    url, _ = hole
    slow = text("SELECT 1 FROM pg_sleep(1)")
    async with opened(url, Pool(limit_s=20)) as patient, patient.connect() as connection:
        assert await connection.scalar(slow) == 1
    async with opened(url, Pool()) as endless, endless.connect() as connection:
        assert await connection.scalar(slow) == 1
    async with opened(url) as quick, quick.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.scalar(slow)


async def test_both_sides_ask_whether_the_other_is_there(hole: tuple[str, Way]) -> None:
    url, _ = hole
    async with opened(url) as engine, engine.connect() as connection:
        assert await connection.scalar(text("SHOW tcp_keepalives_idle")) == "10"
        assert await connection.scalar(text("SHOW tcp_user_timeout")) == "15000"
        driver: Any = (await connection.get_raw_connection()).driver_connection
        sock = driver._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("last", [None, b"clock_timestamp"], ids=["between statements", "within a statement"])
async def test_a_line_that_is_silent_stands_no_more_and_comes_back(hole: tuple[str, Way], last: bytes | None) -> None:
    url, network = hole
    network.last = last
    async with opened(url) as engine:
        here = Line(create_sessions(engine).own, "here", Clock(), {})
        running = asyncio.create_task(here.run())
        await until(here.stands_for)
        if last is None:
            network.swallow()
        await until(lambda: not here.stands_for())
        await until(here.stands_for)  # when the server has dropped the old one
        here.stop()
        await running


@pytest.mark.usefixtures("soon")
async def test_who_cannot_confirm_his_lock_knows_it_before_another_gets_it(hole: tuple[str, Way]) -> None:
    url, network = hole
    async with opened(url) as engine:
        own = create_sessions(engine).own
        async with asyncio.timeout(60), advisory_lock(own, Space.TASK, "x") as lock:
            watching = asyncio.create_task(lock.watch())
            await asyncio.sleep(0.2)
            network.swallow()
            with pytest.raises(DBAPIError):
                await watching
            with pytest.raises(TakenError):
                async with advisory_lock(own, Space.TASK, "x"):
                    pytest.fail("two have it")
        async with asyncio.timeout(60):
            while not await can_take(own):  # noqa: ASYNC110 -- the server notices
                await asyncio.sleep(0.1)


async def can_take(own: AsyncEngine) -> bool:
    try:
        async with advisory_lock(own, Space.TASK, "x"):
            return True
    except TakenError:
        return False


@pytest.mark.usefixtures("soon")
async def test_what_the_schedule_is_at_ends_with_its_lock(
    hole: tuple[str, Way], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, network = hole
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_schedule: Schedule) -> None:
        begun.set()
        try:
            await asyncio.sleep(600)
        finally:
            ended.set()

    monkeypatch.setattr(Schedule, "_count_words", work)
    async with opened(url) as engine:
        schedule = Schedule(create_sessions(engine, pool=QUICK), first_after=timedelta(0), retry_s=0.1)
        running = asyncio.create_task(schedule.run())
        async with asyncio.timeout(60):
            await begun.wait()
            network.swallow()
            await ended.wait()
            schedule.stop()
            await running


async def test_waiting_for_a_connection_in_vain_is_an_error_of_the_database(sessions: Sessions) -> None:
    engine = create_engine(
        sessions.engine.url.render_as_string(hide_password=False), pool_size=1, max_overflow=0, pool_timeout=0.1
    )
    async with engine.connect():
        with pytest.raises(OperationalError, match="limit"):
            async with engine.connect():
                pytest.fail("there is one only")
    await engine.dispose()

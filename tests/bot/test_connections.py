"""However many ask something at once, everybody is answered, and nothing else of the process waits for them."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiogram import Bot
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Role
from bot.connections import POOLS, USES, Connections, Use, most
from bot.dispatcher import create_dispatcher
from bot.intake import Intake
from bot.middlewares import SessionMiddleware
from bot.pace import Pace
from bot.relay import OutboxRelay
from bot.settings import BotSettings
from monitor import outbox, subscribers
from monitor.database import Sessions, create_engine, create_sessions
from monitor.limits import Limits
from monitor.models import ChatKind, Subscription
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.conftest import NOW
from tests.databases import temporary_postgres
from tests.postgres import Postgres

PEOPLE = 100
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def connections(postgres: Postgres) -> AsyncIterator[Connections]:
    async with AsyncExitStack() as stack:
        engine = create_engine(stack.enter_context(temporary_postgres(postgres)))
        stack.push_async_callback(engine.dispose)
        yield Connections(engine, Limits(), stack)


def saying(number: int, words: str) -> dict[str, object]:
    person = {"id": 1000 + number, "first_name": "x"}
    chat, sender = {**person, "type": "private"}, {**person, "is_bot": False}
    said = {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": words}
    return {"update_id": number, "message": said}


async def test_a_hundred_people_at_once_are_answered(
    connections: Connections, caplog: pytest.LogCaptureFixture
) -> None:
    commands, files = connections.of(Use.COMMANDS), connections.of(Use.FILES)
    telegram = ScriptedTelegram()
    intake = Intake(Bot(TOKEN, session=telegram), create_dispatcher(commands, BotSettings(), files=files))
    opened = count_connections(commands)

    async def say(number: int) -> None:
        update = intake.read(saying(number, "/subscribe посольство"))
        assert update is not None
        await intake.handle(update)

    async with asyncio.timeout(300):
        await asyncio.gather(*map(say, range(PEOPLE)))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert {request.params["chat_id"] for request in telegram.of("sendMessage")} == {*range(1000, 1000 + PEOPLE)}
    async with commands() as session:
        assert await session.scalar(select(func.count(Subscription.subscriber_id))) == PEOPLE
    assert len(opened) <= POOLS[Use.COMMANDS].writing + POOLS[Use.COMMANDS].reading


def count_connections(sessions: Sessions) -> list[object]:
    """Every one that is made from now on."""
    opened: list[object] = []
    for maker in (sessions._reading, sessions._writing):
        engine = maker.kw["bind"].sync_engine
        event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
    return opened


async def test_nobody_who_reads_and_then_writes_waits_for_ever(connections: Connections) -> None:
    """As many as there are connections to read with hold one, and then all want to write."""
    sessions = connections.of(Use.COMMANDS)
    pool = POOLS[Use.COMMANDS]
    all_read = asyncio.Barrier(pool.reading)

    async def work() -> None:
        async with sessions.begin() as session, sessions() as reading:
            await reading.execute(text("SELECT 1"))
            await all_read.wait()
            await session.execute(text("SELECT 1"))

    async with asyncio.timeout(30):
        await asyncio.gather(*(work() for _ in range(pool.reading)))


async def test_messages_and_buttons_count_together(connections: Connections) -> None:
    dispatcher = create_dispatcher(connections.of(Use.COMMANDS), BotSettings())
    asked = (dispatcher.message, dispatcher.callback_query, dispatcher.inline_query, dispatcher.my_chat_member)
    counting = [one for kind in asked for one in kind.middleware if isinstance(one, SessionMiddleware)]
    assert len(counting) == len(asked)
    assert len(set(map(id, counting))) == 1


async def test_uses_do_not_wait_for_each_other(connections: Connections) -> None:
    commands, relay = connections.of(Use.COMMANDS), connections.of(Use.RELAY)
    async with AsyncExitStack() as stack:
        for _ in range(POOLS[Use.COMMANDS].writing):
            session = await stack.enter_async_context(commands.begin())
            await session.execute(text("SELECT 1"))
        async with asyncio.timeout(30), relay.begin() as other:
            assert await other.scalar(text("SELECT 1")) == 1


async def test_a_relay_survives_a_pool_without_a_free_connection(sessions: Sessions) -> None:
    url = sessions.engine.url.render_as_string(hide_password=False)
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    relay = OutboxRelay(
        Bot(TOKEN, session=ScriptedTelegram()), create_sessions(engine), Pace(overall=30, chat=1, group=20)
    )
    await relay._desk.inherit()
    async with engine.connect():
        assert await relay._claim(30) == []
        assert relay._in_doubt
    assert await relay._claim(30) == []
    assert not relay._in_doubt
    await engine.dispose()


async def test_a_doubt_that_comes_up_while_another_is_dispelled_is_dispelled_next(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        reader = await subscribers.get_or_create(session, 7, 0, ChatKind.PRIVATE, "en", NOW)
        await outbox.enqueue_notice(session, reader.id, "watched", NOW, title="A")
    relay = OutboxRelay(Bot(TOKEN, session=ScriptedTelegram()), sessions, Pace(), clock=lambda: NOW)
    reclaim, relay._in_doubt = relay._desk.reclaim, True

    async def reclaim_and_lose(in_hand: Collection[int]) -> None:
        await reclaim(in_hand)
        relay._desk.reclaim = reclaim  # type: ignore[method-assign]
        assert len(await relay._desk.claim(1, [])) == 1  # a message that was in hand, and failed just now
        relay._in_doubt = True

    relay._desk.reclaim = reclaim_and_lose  # type: ignore[method-assign]
    assert await relay._claim(30) == []
    assert len(await relay._claim(30)) == 1


def test_every_role_has_its_pools() -> None:
    assert set(USES) == set(Role)
    assert {use for uses in USES.values() for use in uses} == set(Use) - {Use.PROCESS}


def test_the_documents_say_how_many_connections_each_role_takes() -> None:
    told = (ROOT / "deploy" / "README.md").read_text()
    for role in Role:
        assert re.search(rf"^\| `{role}` \| {most([role], accounts=1)}\b", told, re.MULTILINE), role
    assert re.search(rf"^\| all in one process \| {most(Role, accounts=1)}\b", told, re.MULTILINE)
    assert most(["listener"], accounts=3) == most(["listener"], accounts=1) + 2


async def test_sqlite_has_one_file_for_all(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        engine = create_engine(f"sqlite:///{tmp_path / 'dozor.db'}")
        stack.push_async_callback(engine.dispose)
        connections = Connections(engine, Limits(), stack)
        assert connections.of(Use.RELAY) is connections.of(Use.COMMANDS)
        assert isinstance(connections.of(Use.RELAY)(), AsyncSession)

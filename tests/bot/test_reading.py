"""Who only looks waits for nobody who writes, and holds up nobody: SQLite lets in one at a time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy import insert, select

from monitor import personal, search
from monitor.database import Sessions
from monitor.models import ChatKind, Member, Search, Standing, Subscriber
from tests.bot.conftest import ADMIN, Running
from tests.bot.telegram import Chat
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch

T = TypeVar("T")
LOOKS = ("/help", "/topics", "/channels", "/trends", "/export_my_data")


async def counted(work: Coroutine[Any, Any, T]) -> tuple[T, int]:
    """What comes of it, and how many turns others had meanwhile."""
    task, turns = asyncio.create_task(work), 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    return await task, turns


async def test_who_only_looks_needs_no_turn_to_write(running: Running, sqlite_sessions: Sessions) -> None:
    async with running(access="closed") as telegram:
        reader, admin = Chat(telegram, user=7), Chat(telegram, user=ADMIN)
        async with sqlite_sessions.begin() as session:
            session.add(Member(user_id=7, name="Leyla", standing=Standing.ADMITTED, asked_at=NOW))
        for person in (reader, admin):
            await person.say("/start")
        async with sqlite_sessions.begin() as writing, asyncio.timeout(20):
            await writing.execute(select(1))
            for look in LOOKS:
                assert len(await reader.say(look)) == 1, look
            assert len(await admin.say("/admin")) == 1


async def test_a_copy_of_very_much_is_made_a_little_at_a_time(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        session.add(Subscriber(id=1, chat_id=7, kind=ChatKind.PRIVATE, created_at=NOW))
        await session.flush()
        asked = {"subscriber_id": 1, "query": "баку", "asked_at": NOW}
        await session.execute(insert(Search), [asked] * (10 * personal.PAGE))
    async with sqlite_sessions(quick=True) as session:  # no thread is waited for: each turn is one that it gives
        kept, turns = await counted(personal.gather(session, 7))
    assert len(kept["searches"]) == 10 * personal.PAGE
    assert turns >= 10


async def test_a_question_for_which_every_post_is_read_lets_others_have_their_turns(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    await arrive(sqlite_sessions, *[arrival(number, f"паром {number}") for number in range(1, 10 * search.CHECKED)])
    async with sqlite_sessions(quick=True) as session:
        page, turns = await counted(search.search(session, "/самолёт/"))
    assert page.posts == []
    assert turns >= 10

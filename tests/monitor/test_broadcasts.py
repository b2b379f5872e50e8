"""A word to very many is owed in pages; to few at once."""

import asyncio
from collections import Counter

from sqlalchemy import insert, select, update

from bot.crowd import Crowd
from monitor import broadcasts, fanout
from monitor.database import Sessions
from monitor.models import Broadcast, ChatKind, Delivery, Subscriber
from tests.conftest import NOW


async def people(sessions: Sessions, count: int) -> None:
    """So many chats, of which the first hears nothing from us any more."""
    async with sessions.begin() as session:
        rows = [
            {"chat_id": number, "thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": NOW}
            for number in range(1, count + 1)
        ]
        await session.execute(insert(Subscriber), rows)
        await session.execute(update(Subscriber).where(Subscriber.chat_id == 1).values(active=False))


async def send(sessions: Sessions) -> Broadcast:
    async with sessions.begin() as session:
        made = await broadcasts.draft(session, "Tonight I am away", [], 1, NOW)
        sent = await broadcasts.send(session, made.id, 1, NOW)
        assert sent is not None
        assert await broadcasts.send(session, made.id, 1, NOW) is sent  # the second press
        return sent


async def turn(sessions: Sessions) -> bool:
    async with sessions.begin() as session:
        return await broadcasts.turn_page(session, NOW)


async def owed(sessions: Sessions) -> Counter[int]:
    """{chat: how often it is owed something}."""
    async with sessions() as session:
        chats = select(Subscriber.chat_id).join(Delivery, Delivery.subscriber_id == Subscriber.id)
        return Counter(await session.scalars(chats))


async def test_few_are_owed_it_at_once(sessions: Sessions) -> None:
    await people(sessions, 3)
    assert (await send(sessions)).receivers == 2
    assert await owed(sessions) == {2: 1, 3: 1}
    assert not await turn(sessions)


async def test_very_many_are_owed_it_in_pages_and_once_each(sessions: Sessions) -> None:
    count = 2 * fanout.MANY
    await people(sessions, count)
    assert (await send(sessions)).receivers == count - 1
    assert await owed(sessions) == {}
    assert await turn(sessions)
    assert 0 < len(await owed(sessions)) <= fanout.page_size(sessions.engine.dialect.name)
    while await turn(sessions):
        pass
    assert await owed(sessions) == dict.fromkeys(range(2, count + 1), 1)
    async with sessions() as session:
        assert not await broadcasts.any_waits(session)


async def test_two_broadcasts_come_in_order(sessions: Sessions) -> None:
    await people(sessions, fanout.MANY + 2)
    first, second = await send(sessions), await send(sessions)
    while await turn(sessions):
        pass
    async with sessions() as session:
        rows = list(await session.scalars(select(Delivery.id).where(Delivery.subscriber_id == 2).order_by(Delivery.id)))
        left = await session.scalars(select(Broadcast.after).where(Broadcast.id.in_([first.id, second.id])))
        assert (len(rows), list(left)) == (2, [None, None])


async def test_the_crowd_turns_the_pages(sessions: Sessions) -> None:
    count = fanout.MANY + 5
    await people(sessions, count)
    await send(sessions)
    woken = asyncio.Event()
    turning = Crowd(sessions, wake=woken.set, clock=lambda: NOW)
    task = asyncio.create_task(turning.run())
    async with asyncio.timeout(60):
        while len(await owed(sessions)) < count - 1:  # noqa: ASYNC110 -- the task's transactions are waited for
            await asyncio.sleep(0.02)
    turning.stop()
    await task
    assert woken.is_set()

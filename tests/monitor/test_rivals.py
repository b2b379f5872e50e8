"""Two processes that store at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from sqlalchemy import func, select, text, update

from monitor import histories, story_rows
from monitor.archiving import Archive
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.models import Delivery, History, Post
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, subscribe, watch


async def test_what_two_store_at_once_is_stored_once_and_owed_once(sessions: Sessions) -> None:
    await watch(sessions)
    await watch(sessions, CHANNEL + 2, "rian_ru")
    await subscribe(sessions, "посольство")
    stores = [Store(sessions, StandingTopics(), clock=lambda: NOW) for _ in range(2)]
    for start in range(1, 60, 20):  # the same posts, and others of the same seconds, whose ids are nearly the same
        same = [arrival(number, f"У посольства тихо, {number}") for number in range(start, start + 20)]
        near = [arrival(number, f"Погода, {number}", channel_id=CHANNEL + 2) for number in range(start, start + 20)]
        await asyncio.gather(*(store.posts([*same, *near], pushed=True) for store in stores))
    async with sessions() as session:
        assert await session.scalar(select(func.count(Post.id))) == 120
        assert await session.scalar(select(func.count(Delivery.id))) == 60
        assert await session.scalar(select(func.max(Post.date))) == NOW + timedelta(minutes=60)


async def test_a_page_of_old_posts_that_come_by_push_too_is_stored_once_and_goes_on(sessions: Sessions) -> None:
    await watch(sessions)
    async with sessions.begin() as session:
        wish = await histories.request(session, CHANNEL, NOW - timedelta(days=9), NOW)
    stores = [Store(sessions, StandingTopics(), clock=lambda: NOW) for _ in range(3)]
    for start in range(1, 60, 20):
        same = [arrival(number, f"Погода {number}") for number in range(start, start + 20)]
        await asyncio.gather(
            stores[0].posts(same, pushed=True), *(store.old_posts(wish.id, same, start) for store in stores[1:])
        )
    async with sessions() as session:
        assert await session.scalar(select(func.count(Post.id))) == 60
        assert await session.scalar(select(History.reached)) == 41


async def test_an_import_of_what_is_pushed_meanwhile_stores_it_once_and_goes_on(sessions: Sessions) -> None:
    await watch(sessions)
    store = Store(sessions, StandingTopics(), clock=lambda: NOW)
    posts = [arrival(number, f"Погода {number}") for number in range(1, 401)]

    async def batches() -> AsyncIterator[list[IncomingPost]]:
        for start in range(0, 400, 20):
            yield posts[start : start + 20]

    async def imported() -> int:
        return sum([done.new + done.unchanged async for done in Archive(sessions, NOW, processes=1).store(batches())])

    async def pushed() -> None:
        for start in range(0, 400, 20):
            await store.posts(posts[start : start + 20], pushed=True)

    seen, _ = await asyncio.gather(imported(), pushed())
    assert seen == 400
    async with sessions() as session:
        assert await session.scalar(select(func.count(Post.id))) == 400


async def test_who_waits_for_one_that_waits_for_him_begins_anew(postgres_sessions: Sessions) -> None:
    await watch(postgres_sessions)
    store = Store(postgres_sessions, StandingTopics(), clock=lambda: NOW)
    await store.posts([arrival(1, "Погода")])
    news = [arrival(1, "Погода, исправлено", edit_date=NOW), arrival(2, "У посольства сегодня вечером было тихо")]
    async with postgres_sessions.begin() as other:
        await other.execute(text("SET LOCAL deadlock_timeout = '1min'"))  # so it is not this one who is ended
        await other.execute(update(Post).values(views=1))
        storing = asyncio.create_task(store.posts(news))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not await other.scalar(waiting):  # noqa: ASYNC110 -- the server has it wait
            await asyncio.sleep(0.01)
        await other.execute(select(func.pg_advisory_xact_lock(story_rows.LOCK)))
    done = await storing
    assert (done.new, done.edited) == (1, 1)

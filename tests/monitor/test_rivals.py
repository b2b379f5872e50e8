"""Two processes that store at the same moment."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from monitor.database import Sessions
from monitor.models import Delivery, Post
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

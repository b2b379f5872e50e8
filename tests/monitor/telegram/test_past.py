"""Old posts on request: all of them, once, without an alert; a restart goes on where it was."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from monitor import channels, histories
from monitor.database import Sessions
from monitor.models import Delivery, History, Match, Post
from monitor.store import Store
from monitor.telegram.timing import Timing
from sandbox.mtproto.server import Server
from sandbox.world import Channel
from tests.monitor.arrivals import subscribe
from tests.monitor.telegram.loopback import QUICK, Listening, eventually

DAY = timedelta(days=1)


@pytest.fixture
def channel(telegram: Server) -> Channel:
    """A channel with a post every six hours for sixty days, the last one six hours ago."""
    channel = telegram.world.add_channel("azernews", "Azer News")
    now = telegram.world.clock()
    for number in range(240):
        telegram.world.publish(channel, f"Пожар {number}", date=now - 60 * DAY + number * DAY / 4)
    return channel


async def settled(sessions: Sessions) -> bool:
    async with sessions() as session:
        return None not in list(await session.scalars(select(History.settled_at))) and bool(
            await session.scalar(select(func.count()).select_from(History))
        )


async def ask(sessions: Sessions, now: datetime, target: str = "@azernews", days: int = 30) -> None:
    async with sessions.begin() as session:
        await channels.request_watch(session, None, target, now, since=now - days * DAY)


async def test_a_watch_with_a_depth_brings_the_posts_of_that_time_and_alerts_nobody(
    telegram: Server,
    channel: Channel,
    listening: Listening,
    sessions: Sessions,
    stored: Callable[[], Awaitable[list[Post]]],
) -> None:
    await subscribe(sessions, "пожар")
    now = telegram.world.clock()
    async with listening(QUICK):
        await ask(sessions, now)
        await eventually(lambda: settled(sessions))
    wanted = [number for number, post in channel.posts.items() if post.date >= now - 30 * DAY]
    assert [post.message_id for post in await stored()] == wanted
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Match)) == len(wanted)
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 0


async def test_a_channel_that_is_watched_already_gets_its_old_posts_too(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    now = telegram.world.clock()
    async with listening(QUICK):
        await ask(sessions, now, days=5)
        await eventually(lambda: settled(sessions))
        await ask(sessions, now, days=90)

        async def both() -> bool:
            async with sessions() as session:
                return list(await session.scalars(select(History.posts).order_by(History.id))) == [19, 221]

        await eventually(both)


async def test_after_a_restart_pulling_goes_on_where_it_was(
    telegram: Server,
    channel: Channel,
    listening: Listening,
    sessions: Sessions,
    store: Store,
    stored: Callable[[], Awaitable[list[Post]]],
) -> None:
    now = telegram.world.clock()
    async with listening(Timing(history_per_minute=1, watch_s=0.05)) as listener:  # ten at once, then one a minute
        await listener.wishes.watch("@azernews")
        async with sessions.begin() as session:
            wish = await histories.request(session, channel.id, now - 90 * DAY, now)
            await histories.reach(session, wish.id, 141, now, 100)  # as if this had been pulled before
        await eventually(lambda: settled(sessions))
    assert [post.message_id for post in await stored()] == list(range(1, 141))


async def test_a_channel_that_does_not_let_itself_be_read_is_said_so(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    async with listening(QUICK) as listener:
        await listener.wishes.watch("@azernews")
        telegram.faults.add("rpc_error", method="messages.getHistory", times=None, code=400, message="MSG_ID_INVALID")
        now = telegram.world.clock()
        async with sessions.begin() as session:
            await histories.request(session, channel.id, now - 90 * DAY, now)
        await eventually(lambda: settled(sessions))
    async with sessions() as session:
        assert await session.scalar(select(History.outcome)) == "history_failed"

"""What is known of each channel besides its posts, and what it costs to know it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from telethon import types

from monitor.database import Sessions
from monitor.models import Account as Reader
from monitor.models import Channel as Watched
from monitor.models import Delivery, Post, PostCount
from monitor.store import Store
from monitor.telegram.accounts import SessionRevokedError
from monitor.telegram.client import PromptClient
from monitor.telegram.dialogs import PAGE
from monitor.telegram.listener import Listener
from monitor.telegram.timing import Timing
from monitor.topics import StandingTopics
from sandbox.administration import make_private, remove, rename
from sandbox.mtproto.server import Server
from sandbox.world import Account, Channel, World
from tests.monitor.arrivals import subscribe
from tests.monitor.telegram.conftest import run_listener
from tests.monitor.telegram.loopback import PATIENT, QUICK, Listening, eventually, watch

Stored = Callable[[], Awaitable[list[Post]]]


@pytest.fixture
def channel(telegram: Server) -> Channel:
    return telegram.world.add_channel("azernews", "Azer News")


def channel_is(sessions: Sessions, number: int, **expected: Any) -> Callable[[], Awaitable[bool]]:
    """A condition: the watched channel has these values."""

    async def check() -> bool:
        async with sessions() as session:
            found = await session.get_one(Watched, number)
        return all(getattr(found, name) == value for name, value in expected.items())

    return check


async def owed(sessions: Sessions, count: int) -> bool:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(Delivery)) == count


async def test_who_found_a_post_is_counted(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.world.publish(channel, "pushed")
        await eventually(channel_is(sessions, channel.id, pushed=1, found=0))
        telegram.faults.add("lost_pushes", times=1)
        telegram.world.publish(channel, "missed")
        await eventually(channel_is(sessions, channel.id, pushed=1, found=1, top=2))


async def test_a_channel_that_is_renamed_goes_by_its_new_name(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        rename(telegram.world, channel, title="AzerNews+", username="azernews_plus")
        await eventually(
            channel_is(sessions, channel.id, title="AzerNews+", username="azernews_plus", aliases=["azernews"])
        )


async def test_a_channel_with_several_usernames_is_found_by_each_and_keeps_those_that_it_gets_later(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    channel.collected = ["Azer"]
    await subscribe(sessions, "from:@azer")
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        await eventually(channel_is(sessions, channel.id, username="azernews", aliases=["azer"]))
        telegram.world.publish(channel, "one")
        await eventually(partial(owed, sessions, 1))
        channel.collected = ["Azer", "news_az"]
        await eventually(channel_is(sessions, channel.id, username="azernews", aliases=["azer", "news_az"]))


async def test_a_sweep_that_takes_its_time_hurries_when_telegram_tells_of_more(
    telegram: Server, channel: Channel, account: Account, listening: Listening, sessions: Sessions
) -> None:
    for number in range(PAGE + 1):  # so that there are two pages of dialogs
        telegram.world.join(telegram.world.add_channel(f"other_{number}", "Other"), account)

    async def is_between_pages() -> bool:
        return telegram.calls.count("messages.getDialogs") == 3

    async with listening(replace(PATIENT, sweep_s=0.05, health_s=6000, watch_s=0.05)) as listener:
        await watch(telegram, listener, "@azernews")
        await eventually(is_between_pages)
        telegram.faults.add("lost_pushes", times=1)
        telegram.world.publish(channel, "missed")
        await listener._on_update(types.UpdatesTooLong())
        await eventually(channel_is(sessions, channel.id, found=1), tries=400)


async def test_what_stands_under_a_post_is_read_again_and_remembered(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions, stored: Stored
) -> None:
    async with listening(Timing(watch_s=0.05, recheck_s=0.05, history_per_minute=60_000)) as listener:
        await watch(telegram, listener, "@azernews")
        post = telegram.world.publish(channel, "read a lot")
        telegram.world.view(channel, post.id, 500)
        telegram.world.react(channel, post.id, "🔥", 7)
        telegram.world.publish(channel, "the channel goes on")

        async def refreshed() -> bool:
            return [(each.views, each.reactions) for each in await stored()][:1] == [(500, {"🔥": 7})]

        await eventually(refreshed)
    async with sessions() as session:
        (line,) = await session.scalars(select(PostCount))
    assert (line.views, line.reactions) == (500, {"🔥": 7})


async def test_a_revoked_session_is_noticed_by_a_request_though_pings_are_answered(
    telegram: Server, account: Account, signed_in: Callable[[], PromptClient], store: Store
) -> None:
    timing = Timing(ping_s=0.05, health_s=0.3, sweep_s=600, watch_s=60)
    listener = Listener("reader", signed_in(), store, timing=timing)
    running = asyncio.create_task(listener.run())
    await listener.ready.wait()
    telegram.revoke(account, "SESSION_REVOKED")
    with pytest.raises(SessionRevokedError):
        await asyncio.wait_for(running, 30)


async def test_the_waits_that_telegram_imposes_are_shown(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions
) -> None:
    async with listening(Timing(watch_s=0.05, beat_s=0.05, history_per_minute=60_000)) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.faults.add("flood_wait", method="messages.getHistory", seconds=30)
        telegram.faults.add("lost_pushes", times=1)
        telegram.world.publish(channel, "lost")
        telegram.world.publish(channel, "seen")

        async def waits() -> bool:
            async with sessions() as session:
                return list((await session.scalars(select(Reader.waits))).one() or {}) == ["GetHistory"]

        await eventually(waits)


@pytest.mark.parametrize("end", [make_private, remove])
async def test_the_admins_are_told_of_a_channel_that_can_be_read_no_more(
    telegram: Server,
    account: Account,
    channel: Channel,
    signed_in: Callable[[], PromptClient],
    sessions: Sessions,
    end: Callable[[World, Channel], None],
) -> None:
    await subscribe(sessions, "anything", chat_id=7)
    store = Store(sessions, StandingTopics(), admins=[7])
    other = telegram.world.add_channel("other_news", "Other News")

    async def told() -> list[dict[str, Any] | None]:
        async with sessions() as session:
            return list(await session.scalars(select(Delivery.notice)))

    async with run_listener(Listener("reader", signed_in(), store, timing=QUICK)) as listener:
        await watch(telegram, listener, "@azernews")
        await watch(telegram, listener, "@other_news")
        telegram.world.publish(channel, "the last one")
        await eventually(channel_is(sessions, channel.id, pushed=1))
        telegram.world.leave(channel, account)
        end(telegram.world, channel)

        async def is_told() -> bool:
            return bool(await told())

        await eventually(is_told)
        telegram.world.publish(other, "the rest goes on")
        await eventually(channel_is(sessions, other.id, pushed=1))
    assert await told() == [{"key": "channel_lost", "params": {"title": "Azer News"}}]

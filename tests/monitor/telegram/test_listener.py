"""A listener over a real socket: whatever is lost on the way, every post is stored, and once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text
from telethon import TelegramClient

from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.models import Post
from monitor.store import Store
from monitor.telegram import client
from monitor.telegram.accounts import NotSignedInError, SessionRevokedError
from monitor.telegram.listener import Listener
from sandbox.mtproto.server import Server
from sandbox.world import Account, Channel
from tests.monitor.telegram.loopback import PATIENT, QUICK, Listening, eventually, watch

Stored = Callable[[], Awaitable[list[Post]]]


@pytest.fixture
def channel(telegram: Server) -> Channel:
    return telegram.world.add_channel("azernews", "Azer News")


def holds(stored: Stored, channel: Channel) -> Callable[[], Awaitable[bool]]:
    """A condition: what is stored is exactly what the channel has, each post once."""

    async def check() -> bool:
        posts = [(post.message_id, post.text) for post in await stored() if post.channel_id == channel.id]
        return posts == [(number, channel.posts[number].text) for number in sorted(channel.posts)]

    return check


def stands(stored: Stored, channel: Channel) -> Callable[[], Awaitable[bool]]:
    """A condition: what is stored and not marked as deleted is exactly what the channel has."""

    async def check() -> bool:
        posts = [(post.message_id, post.text) for post in await stored() if post.deleted_at is None]
        return posts == [(number, channel.posts[number].text) for number in sorted(channel.posts)]

    return check


async def test_a_pushed_post_is_stored_and_moves_the_cursor(
    telegram: Server, channel: Channel, listening: Listening, store: Store, stored: Stored
) -> None:
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@azernews")
        post = telegram.world.publish(channel, "Пожар в Баку")
        await eventually(holds(stored, channel))
        assert await store.cursors() == {channel.id: post.id}


async def test_what_was_posted_before_the_watch_is_neither_stored_nor_told(
    telegram: Server, channel: Channel, listening: Listening, store: Store, stored: Stored
) -> None:
    old = [telegram.world.publish(channel, f"old {number}").id for number in range(3)]
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@azernews")
        assert await store.cursors() == {channel.id: old[-1]}
        new = telegram.world.publish(channel, "new")

        async def arrived() -> bool:
            return [post.message_id for post in await stored()] == [new.id]

        await eventually(arrived)


async def test_a_burst_is_stored_completely_and_once(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        for number in range(1000):
            telegram.world.publish(channel, f"post {number}")
        await eventually(holds(stored, channel))


async def test_posts_made_while_the_listener_was_down_are_fetched_at_its_start(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening() as listener:
        await watch(telegram, listener, "@azernews")
    for number in range(250):
        telegram.world.publish(channel, f"post {number}")
    async with listening(PATIENT):
        await eventually(holds(stored, channel))


async def test_posts_whose_pushes_are_lost_are_found_by_the_sweep(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.faults.add("lost_pushes", times=None)
        for number in range(5):
            telegram.world.publish(channel, f"post {number}")
        await eventually(holds(stored, channel))


async def test_edits_and_deletions_whose_pushes_are_lost_are_found_by_the_sweep(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        posts = [telegram.world.publish(channel, f"post {number}") for number in range(3)]
        await eventually(holds(stored, channel))
        telegram.faults.add("lost_pushes", times=None)
        telegram.world.edit(channel, posts[0].id, "edited")
        telegram.world.delete(channel, posts[1].id)
        await eventually(stands(stored, channel))
    assert [post.version for post in await stored()] == [2, 1, 1]


@pytest.mark.parametrize("too_long", [False, True])
async def test_edits_and_deletions_of_an_outage_are_found_at_the_start(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored, too_long: bool
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        posts = [telegram.world.publish(channel, f"post {number}") for number in range(150)]
        await eventually(holds(stored, channel))
    telegram.world.edit(channel, posts[0].id, "edited")
    telegram.world.delete(channel, posts[70].id)
    telegram.world.publish(channel, "new")
    if too_long:
        telegram.faults.add("too_long_gap", times=None)
    async with listening(PATIENT):
        await eventually(stands(stored, channel))


async def test_a_request_that_is_never_answered_ends_the_connection_and_loses_nothing(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.5)
    async with listening() as listener:
        await watch(telegram, listener, "@azernews")
    telegram.world.publish(channel, "waiting")
    telegram.faults.add("no_answer", method="messages.getHistory")
    async with listening(PATIENT):
        await eventually(holds(stored, channel))


async def test_a_connection_on_which_nothing_is_ever_answered_is_given_up(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.5)
    async with listening() as listener:
        await watch(telegram, listener, "@azernews")
    telegram.world.publish(channel, "waiting")
    telegram.faults.add("no_answer", method="help.getConfig")
    async with asyncio.timeout(10), listening(PATIENT):
        await eventually(holds(stored, channel))


async def test_a_gap_that_telethon_drops_is_filled_from_the_cursor(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.faults.add("lost_pushes", times=20)
        for number in range(20):
            telegram.world.publish(channel, f"lost {number}")
        telegram.faults.add("too_long_gap")
        telegram.world.publish(channel, "told")
        telegram.world.publish(channel, "and told again")

        async def kept_up() -> bool:
            telegram.world.publish(channel, "and again")
            return await holds(stored, channel)() or len(await stored()) > 21

        await eventually(kept_up)
        await eventually(holds(stored, channel))


async def test_after_a_cut_connection_the_posts_of_the_outage_arrive(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        for number in range(5):
            telegram.faults.add("cut_connection")
            telegram.world.publish(channel, f"post {number}")
            await eventually(holds(stored, channel))


async def test_a_flood_wait_delays_a_pull_and_loses_nothing(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening() as listener:
        await watch(telegram, listener, "@azernews")
    for number in range(120):
        telegram.world.publish(channel, f"post {number}")
    telegram.faults.add("flood_wait", method="messages.getHistory", seconds=1)
    async with listening(PATIENT):
        await eventually(holds(stored, channel))


async def test_an_edit_becomes_a_version_and_a_deletion_a_mark(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@azernews")
        post = telegram.world.publish(channel, "Пажар в Баку")
        await eventually(holds(stored, channel))
        telegram.world.edit(channel, post.id, "Пожар в Баку")
        await eventually(holds(stored, channel))
        telegram.world.delete(channel, [post.id])

        async def marked() -> bool:
            return [(each.version, each.deleted_at is not None) for each in await stored()] == [(2, True)]

        await eventually(marked)


async def test_a_database_that_is_busy_for_a_while_loses_nothing(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        async with sessions.begin() as session:
            await session.execute(text("UPDATE channels SET title = title"))
            for number in range(300):
                telegram.world.publish(channel, f"post {number}")
            await asyncio.sleep(0.2)
        await eventually(holds(stored, channel))


async def test_a_listener_killed_at_any_moment_loses_nothing(
    telegram: Server, channel: Channel, signed_in: Callable[[], TelegramClient], store: Store, stored: Stored
) -> None:
    first = Listener("reader", signed_in(), store, timing=QUICK)
    running = asyncio.create_task(first.run())
    await first.ready.wait()
    await watch(telegram, first, "@azernews")
    for pause in (0.0, 0.001, 0.005, 0.02, 0.05):
        for number in range(40):
            telegram.world.publish(channel, f"{pause} {number}")
        await asyncio.sleep(pause)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        running = asyncio.create_task(Listener("reader", signed_in(), store, timing=QUICK).run())
    await eventually(holds(stored, channel))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_revoked_session_ends_the_listener_with_a_clear_error(
    telegram: Server, account: Account, signed_in: Callable[[], TelegramClient], store: Store
) -> None:
    listener = Listener("reader", signed_in(), store, timing=QUICK)
    running = asyncio.create_task(listener.run())
    await listener.ready.wait()
    telegram.revoke(account)
    with pytest.raises(MonitorError) as caught:
        await running
    assert isinstance(caught.value, NotSignedInError | SessionRevokedError)


async def test_a_channel_that_is_unwatched_is_left_and_its_posts_stay(
    telegram: Server, account: Account, channel: Channel, listening: Listening, store: Store, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.world.publish(channel, "kept")
        await eventually(holds(stored, channel))
        await listener.wishes.unwatch(channel.id)
        assert account.id not in channel.members
        telegram.world.publish(channel, "not ours any more")
        await asyncio.sleep(0.5)
        assert [post.text for post in await stored()] == ["kept"]
        assert await store.cursors() == {}


async def test_a_deletion_past_a_gap_is_found_where_telegram_tells_no_difference(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.faults.add("rpc_error", method="messages.getHistory", times=6, code=500, message="RPC_CALL_FAIL")
        telegram.faults.add("lost_pushes", times=1)
        telegram.world.publish(channel, "lost")
        gone = telegram.world.publish(channel, "stored before the cursor gets there")

        async def there() -> bool:
            return gone.id in [post.message_id for post in await stored()]

        await eventually(there)
        telegram.faults.add("too_long_gap", times=None)
        telegram.faults.add("lost_pushes", times=1)
        telegram.world.delete(channel, gone.id)
        await eventually(stands(stored, channel))


async def test_posts_of_an_outage_come_by_differences_and_cost_no_history(
    telegram: Server, channel: Channel, listening: Listening, stored: Stored
) -> None:
    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.world.publish(channel, "before")
        await eventually(holds(stored, channel))
    for number in range(250):
        telegram.world.publish(channel, f"post {number}")
    telegram.calls.clear()
    async with listening(PATIENT):
        await eventually(holds(stored, channel))
    assert telegram.calls.count("updates.getChannelDifference") == 3
    assert "messages.getHistory" not in telegram.calls


async def test_a_database_that_could_not_be_written_for_long_is_used_as_soon_as_it_can(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions, stored: Stored
) -> None:
    async def forbid(writing: str) -> None:
        async with sessions.engine.connect() as connection:  # there is one that writes
            raw = (await connection.get_raw_connection()).driver_connection  # it need not begin a transaction
            assert raw is not None
            raw.execute(f"PRAGMA query_only={writing}")

    async with listening(replace(QUICK, first_retry_s=0.2, last_retry_s=1000, room_s=0.1)) as listener:
        await watch(telegram, listener, "@azernews")
        await forbid("ON")
        telegram.faults.add("cut_connection")
        telegram.world.publish(channel, "waits")
        await asyncio.sleep(8)  # time for delays that double to become longer than this test waits
        await forbid("OFF")
        await eventually(holds(stored, channel), tries=60)


async def test_a_database_that_is_full_for_a_while_loses_nothing(
    telegram: Server, channel: Channel, listening: Listening, sessions: Sessions, stored: Stored
) -> None:
    async def allow(pages: int) -> None:
        async with sessions.engine.connect() as connection:  # there is one that writes
            await connection.execute(text(f"PRAGMA max_page_count={pages}"))

    async with listening(QUICK) as listener:
        await watch(telegram, listener, "@azernews")
        telegram.world.publish(channel, "before")
        await eventually(holds(stored, channel))
        await allow(1)  # none but those that there are
        for number in range(50):
            telegram.world.publish(channel, f"{number} " + "много слов " * 200)
        await asyncio.sleep(1)
        assert len(await stored()) < 51
        await allow(1_000_000)
        await eventually(holds(stored, channel))

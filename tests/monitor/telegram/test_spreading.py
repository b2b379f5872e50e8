"""Several accounts: who watches what, and who takes over from whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor import channels
from monitor.database import Sessions
from monitor.models import Membership, Post, Watch
from monitor.store import Store
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.listener import Listener
from sandbox.mtproto.server import Server
from sandbox.sessions import write_session
from sandbox.world import Account, Channel
from tests.conftest import NOW
from tests.monitor.telegram.loopback import QUICK, eventually

Group = Callable[..., "Listeners"]
NAMES = ("first", "second", "third")


class Listeners:
    """Three accounts that listen at the same time."""

    def __init__(self, telegram: Server, store: Store, sessions: Sessions, endpoint: Endpoint, folder: Path) -> None:
        self.accounts: dict[str, Account] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sessions = sessions
        self._listeners = []
        for number, name in enumerate(NAMES):
            self.accounts[name] = telegram.world.add_account(f"+9945000100{number}", name)
            session = write_session(telegram, self.accounts[name], folder / name)
            self._listeners.append(Listener(name, create_client(session, 1, "hash", endpoint), store, timing=QUICK))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._tasks = {name: asyncio.create_task(each.run()) for name, each in zip(NAMES, self._listeners, strict=True)}
        try:
            await asyncio.gather(*(each.ready.wait() for each in self._listeners))
            yield
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def watch(self, *found: Channel) -> None:
        async with self._sessions.begin() as session:
            for channel in found:
                await channels.request_watch(session, None, f"@{channel.username}", NOW)

        async def settled() -> bool:
            async with self._sessions() as session:
                return None not in list(await session.scalars(select(Watch.outcome)))

        await eventually(settled)

    async def of(self, *found: Channel) -> list[str]:
        """The accounts that the channels are watched through."""
        async with self._sessions() as session:
            rows = await session.execute(select(Membership.channel_id, Membership.account).where(Membership.joined))
        owners: dict[int, str] = dict(rows.all())
        return [owners.get(channel.id, "") for channel in found]


@pytest.fixture
def listeners(telegram: Server, store: Store, sessions: Sessions, endpoint: Endpoint, tmp_path: Path) -> Listeners:
    return Listeners(telegram, store, sessions, endpoint, tmp_path)


@pytest.fixture
def six(telegram: Server) -> list[Channel]:
    return [telegram.world.add_channel(f"news_{number}", f"News {number}") for number in range(6)]


def all_stored(stored: Callable[[], Awaitable[list[Post]]], telegram: Server) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        print(
            [(e.channel_id, e.message_id, e.text) for e in await stored()],
            [(c.id, list(c.posts), c.members) for c in telegram.world.channels.values()],
        )
        there = {(each.channel_id, each.message_id) for each in await stored()}
        return there == {(each.id, post) for each in telegram.world.channels.values() for post in each.posts}

    return check


async def test_channels_are_spread_evenly(listeners: Listeners, six: list[Channel]) -> None:
    async with listeners.running():
        await listeners.watch(*six)
        assert sorted(await listeners.of(*six)) == sorted(NAMES * 2)


async def test_a_channel_that_is_watched_already_is_not_joined_again(listeners: Listeners, six: list[Channel]) -> None:
    async with listeners.running():
        await listeners.watch(six[0])
        await listeners.watch(six[0])
        assert len(six[0].members) == 1


async def test_the_channels_of_a_revoked_account_move_and_lose_nothing(
    telegram: Server, listeners: Listeners, six: list[Channel], stored: Callable[[], Awaitable[list[Post]]]
) -> None:
    async with listeners.running():
        await listeners.watch(*six)
        for channel in six:
            telegram.world.publish(channel, "before")
        await eventually(all_stored(stored, telegram))
        telegram.revoke(listeners.accounts["first"])
        for channel in six:
            telegram.world.publish(channel, "meanwhile")
        await eventually(all_stored(stored, telegram))
        assert set(await listeners.of(*six)) == {"second", "third"}


async def test_a_channel_that_bans_an_account_is_taken_over_by_another(
    telegram: Server, listeners: Listeners, six: list[Channel], stored: Callable[[], Awaitable[list[Post]]]
) -> None:
    async with listeners.running():
        await listeners.watch(six[0])
        (owner,) = await listeners.of(six[0])
        telegram.world.ban(six[0], listeners.accounts[owner])
        telegram.world.publish(six[0], "hidden from some")
        await eventually(all_stored(stored, telegram))
        assert await listeners.of(six[0]) != [owner]


async def test_a_channel_that_has_banned_everybody_is_tried_again(
    telegram: Server,
    store: Store,
    listeners: Listeners,
    six: list[Channel],
    stored: Callable[[], Awaitable[list[Post]]],
) -> None:
    async with listeners.running():
        await listeners.watch(six[0])
        for account in listeners.accounts.values():
            telegram.world.ban(six[0], account)
        telegram.world.publish(six[0], "hidden from all")
        asked = telegram.calls.count("contacts.resolveUsername")

        async def tried_again() -> bool:
            refused = [await store.roster.refused_by(name) for name in NAMES]
            return all(refused) and telegram.calls.count("contacts.resolveUsername") > asked + len(NAMES)

        await eventually(tried_again)
        for account in listeners.accounts.values():
            telegram.world.unban(six[0], account)
        await eventually(all_stored(stored, telegram))
        assert [post.text for post in await stored()] == ["hidden from all"]


async def test_an_account_that_must_wait_leaves_the_channel_to_another(
    telegram: Server, listeners: Listeners, six: list[Channel]
) -> None:
    async with listeners.running():
        telegram.faults.add("flood_wait", method="contacts.resolveUsername", seconds=40_000)
        await listeners.watch(*six)
        assert "" not in await listeners.of(*six)
        assert len(set(await listeners.of(*six))) == 2


async def test_an_account_that_is_in_too_many_channels_leaves_the_next_to_another(
    telegram: Server, listeners: Listeners, six: list[Channel]
) -> None:
    telegram.faults.add("rpc_error", method="channels.joinChannel", code=400, message="CHANNELS_TOO_MUCH")
    async with listeners.running():
        await listeners.watch(*six)
        assert "" not in await listeners.of(*six)
        assert len(set(await listeners.of(*six))) == 2

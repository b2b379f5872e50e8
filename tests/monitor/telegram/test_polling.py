"""Public channels that the account is no member of."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from monitor import channels
from monitor.database import Sessions
from monitor.models import Membership, Post, Watch
from monitor.store import Store
from monitor.telegram.client import PromptClient
from monitor.telegram.listener import Listener
from sandbox.mtproto.server import Server
from sandbox.world import Account
from tests.conftest import NOW
from tests.monitor.telegram.conftest import run_listener
from tests.monitor.telegram.loopback import QUICK, Listening, eventually


async def answered(sessions: Sessions) -> bool:
    async with sessions() as session:
        return None not in list(await session.scalars(select(Watch.outcome)))


async def ask(sessions: Sessions, target: str) -> None:
    async with sessions.begin() as session:
        await channels.request_watch(session, None, target, NOW)


async def test_an_account_that_does_not_join_reads_public_channels_all_the_same(
    telegram: Server,
    account: Account,
    signed_in: Callable[[], PromptClient],
    store: Store,
    sessions: Sessions,
    stored: Callable[[], Awaitable[list[Post]]],
) -> None:
    channel = telegram.world.add_channel("azernews", "Azer News")

    async def told() -> list[tuple[str, int, bool]]:
        return [(post.text, post.version, post.deleted_at is not None) for post in await stored()]

    async with run_listener(Listener("reader", signed_in(), store, timing=QUICK, joins=False)):
        await ask(sessions, "@azernews")
        await eventually(lambda: answered(sessions))
        posts = [telegram.world.publish(channel, f"post {number}") for number in range(2)]

        async def both() -> bool:
            return len(await told()) == 2

        await eventually(both)
        telegram.world.edit(channel, posts[0].id, "edited")
        telegram.world.delete(channel, posts[1].id)

        async def changed() -> bool:
            return await told() == [("edited", 2, False), ("post 1", 1, True)]

        await eventually(changed)
    assert account.id not in channel.members


async def test_a_private_channel_cannot_be_read_without_joining(
    telegram: Server, signed_in: Callable[[], PromptClient], store: Store, sessions: Sessions
) -> None:
    channel = telegram.world.add_channel(None, "Private News")
    async with run_listener(Listener("reader", signed_in(), store, timing=QUICK, joins=False)):
        await ask(sessions, f"https://t.me/+{channel.invite}")
        await eventually(lambda: answered(sessions))
    async with sessions() as session:
        assert await session.scalar(select(Watch.outcome)) == "too_many_channels"


async def test_where_no_account_has_room_a_public_channel_is_polled(
    telegram: Server, listening: Listening, sessions: Sessions
) -> None:
    telegram.world.add_channel("azernews", "Azer News")
    telegram.faults.add("rpc_error", method="channels.joinChannel", code=400, message="CHANNELS_TOO_MUCH")
    async with listening(QUICK):
        await ask(sessions, "@azernews")
        await eventually(lambda: answered(sessions))
    async with sessions() as session:
        assert (await session.scalars(select(Membership))).one().polled

"""Requests to watch, from what was typed to a channel that is joined."""

import pytest
from sqlalchemy import select

from monitor import channels
from monitor.database import Sessions
from monitor.models import Channel, Watch
from monitor.store import Store
from monitor.telegram.joining import ChannelNotFoundError, InviteExpiredError, NotAChannelError
from sandbox.mtproto.server import Server
from sandbox.world import Account
from tests.monitor.telegram.loopback import PATIENT, QUICK, Listening, eventually


async def test_a_channel_is_watched_with_its_name_and_its_protection(
    telegram: Server, account: Account, listening: Listening, sessions: Sessions
) -> None:
    there = telegram.world.add_channel("closed_news", "Closed News", noforwards=True)
    async with listening(PATIENT) as listener:
        await listener.wishes.watch("https://t.me/closed_news")
    async with sessions() as session:
        channel = await session.get_one(Channel, there.id)
    assert (channel.username, channel.title, channel.protected) == ("closed_news", "Closed News", True)
    assert account.id in there.members


async def test_a_private_channel_is_joined_by_its_invite(
    telegram: Server, account: Account, listening: Listening
) -> None:
    there = telegram.world.add_channel(None, "Private News")
    async with listening(PATIENT) as listener:
        joined = await listener.wishes.watch(f"https://t.me/+{there.invite}")
    assert (joined.id, joined.username) == (there.id, None)
    assert account.id in there.members


async def test_a_known_channel_may_be_named_by_its_id(telegram: Server, listening: Listening) -> None:
    there = telegram.world.add_channel("azernews", "Azer News")
    async with listening(PATIENT) as listener:
        await listener.wishes.watch("@azernews")
        assert (await listener.wishes.watch(f"-100{there.id}")).id == there.id


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("@nobody_here", ChannelNotFoundError),
        ("-1009999999999", ChannelNotFoundError),
        ("-100", ChannelNotFoundError),
        ("9" * 19, ChannelNotFoundError),
        ("-100" + "9" * 40, ChannelNotFoundError),
        ("@chatting_group", NotAChannelError),
        ("https://t.me/+wrong", InviteExpiredError),
    ],
)
async def test_what_cannot_be_watched_is_said_with_its_reason(
    telegram: Server, listening: Listening, store: Store, target: str, error: type[Exception]
) -> None:
    telegram.world.add_channel("chatting_group", "Group", megagroup=True)
    async with listening(PATIENT) as listener:
        with pytest.raises(error):
            await listener.wishes.watch(target)
    assert await store.cursors() == {}


async def test_a_request_of_the_bot_is_fulfilled_and_answered(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store
) -> None:
    there = telegram.world.add_channel("azernews", "Azer News")
    async with sessions.begin() as session:
        for target in ("@azernews", "@nobody_here", "-100", "9" * 30):
            await channels.request_watch(session, None, target, there.date)

    async def outcomes() -> list[str | None]:
        async with sessions() as session:
            return list(await session.scalars(select(Watch.outcome).order_by(Watch.id)))

    async def answered() -> bool:
        return None not in await outcomes()

    async with listening(QUICK):
        await eventually(answered)
    assert await outcomes() == ["watch_joined", *3 * ["channel_not_found"]]
    assert list(await store.cursors()) == [there.id]

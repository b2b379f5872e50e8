"""What Telethon meets when Telegram, or a channel's owner, changes its mind."""

import asyncio
from typing import Any

import pytest
from telethon import TelegramClient, errors, events, functions, types
from telethon.sessions import MemorySession

from sandbox.administration import make_private, remove, rename, suspend
from sandbox.mtproto.requests.auth import LOGIN_CODE
from sandbox.telegram import Sandbox
from sandbox.world import Account
from tests.sandbox.mtproto.conftest import Connect


def heard(client: TelegramClient, kind: Any) -> "asyncio.Queue[Any]":
    queue: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(queue.put, events.Raw(kind))
    return queue


async def refused(client: TelegramClient, peer: Any) -> None:
    """Whether nothing of a channel is shown any more."""
    everything = types.ChannelMessagesFilterEmpty()
    for request in (
        functions.updates.GetChannelDifferenceRequest(peer, everything, 1, 100),
        functions.channels.GetFullChannelRequest(peer),
        functions.channels.JoinChannelRequest(peer),
        functions.channels.GetMessagesRequest(peer, [1]),
        functions.messages.GetMessagesViewsRequest(peer, [1], increment=False),
        functions.messages.GetPeerDialogsRequest([types.InputDialogPeer(peer)]),
    ):
        with pytest.raises(errors.ChannelPrivateError):
            await client(request)


async def test_a_banned_account_hears_of_it_and_sees_nothing(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    changes = heard(client, types.UpdateChannel)
    peer = await client.get_input_entity("news")
    sandbox.world.ban("news", account)
    update = await changes.get()
    assert [type(entity) for entity in update._entities.values()] == [types.ChannelForbidden]
    await refused(client, peer)
    assert isinstance(await client.get_entity("news"), types.ChannelForbidden)
    sandbox.world.unban("news", account)
    await client(functions.channels.JoinChannelRequest(peer))
    assert [dialog.title async for dialog in client.iter_dialogs()] == ["News"]


async def test_a_ban_in_a_difference_can_be_played(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    peer = await client.get_input_entity("news")
    detail = {"code": 400, "message": "USER_BANNED_IN_CHANNEL"}
    sandbox.faults.add("rpc_error", method="updates.getChannelDifference", **detail)
    with pytest.raises(errors.UserBannedInChannelError):
        await client(functions.updates.GetChannelDifferenceRequest(peer, types.ChannelMessagesFilterEmpty(), 1, 100))


async def test_a_renamed_channel_keeps_its_members(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    changes, posts = heard(client, types.UpdateChannel), heard(client, types.UpdateNewChannelMessage)
    await client.get_dialogs()
    channel = sandbox.world.channel("news")
    rename(sandbox.world, channel, title="Olds", username="olds")
    (told,) = (await changes.get())._entities.values()
    assert (told.title, told.username) == ("Olds", "olds")
    with pytest.raises(errors.UsernameNotOccupiedError):
        await client(functions.contacts.ResolveUsernameRequest("news"))
    with pytest.raises(errors.UsernameInvalidError):
        await client(functions.contacts.ResolveUsernameRequest("1!"))
    sandbox.world.publish(channel, "still here")
    assert (await posts.get()).message.message == "still here"


async def test_a_channel_made_private_is_for_its_members(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    member, other = await connect(account), await connect(sandbox.world.add_account("+79990002", "Bob"))
    theirs, foreign = await member.get_input_entity("news"), await other.get_input_entity("news")
    sandbox.world.publish("news", "one")
    make_private(sandbox.world, sandbox.world.channel("news"))
    assert [message.raw_text for message in await member.get_messages(theirs, limit=5)] == ["one"]
    await refused(other, foreign)


async def test_a_channel_that_ended_is_closed_to_all(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    changes = heard(client, types.UpdateChannel)
    peer = await client.get_input_entity("news")
    remove(sandbox.world, sandbox.world.channel("news"))
    assert [type(entity) for entity in (await changes.get())._entities.values()] == [types.ChannelForbidden]
    await refused(client, peer)
    assert [dialog.title async for dialog in client.iter_dialogs()] == []


@pytest.mark.parametrize(
    ("why", "error"),
    [
        ("AUTH_KEY_UNREGISTERED", errors.AuthKeyUnregisteredError),
        ("SESSION_REVOKED", errors.SessionRevokedError),
        ("AUTH_KEY_DUPLICATED", errors.AuthKeyDuplicatedError),
        ("USER_DEACTIVATED", errors.UserDeactivatedError),
        ("USER_DEACTIVATED_BAN", errors.UserDeactivatedBanError),
    ],
)
async def test_a_session_ends_with_its_reason(
    sandbox: Sandbox, account: Account, connect: Connect, why: str, error: type[Exception]
) -> None:
    client = await connect(account)
    peer = await client.get_input_entity("news")
    sandbox.mtproto.revoke(account, why)
    with pytest.raises(error):
        await client.get_messages(peer, limit=1)


async def test_an_account_banned_from_telegram_cannot_sign_in_until_it_is_pardoned(sandbox: Sandbox) -> None:
    kim = sandbox.world.add_account("+79990004", "Kim")
    suspend(sandbox.world, kim)
    session = MemorySession()
    session.set_dc(2, "127.0.0.1", sandbox.mtproto_port)
    client = TelegramClient(session, 1, "x")
    await client.connect()
    try:
        with pytest.raises(errors.PhoneNumberBannedError):
            await client.send_code_request(kim.phone)
        suspend(sandbox.world, kim, banned=False)
        await client.send_code_request(kim.phone)
        assert sandbox.mtproto.codes == {kim.phone: LOGIN_CODE}
        assert (await client.sign_in(kim.phone, LOGIN_CODE)).first_name == "Kim"
        assert sandbox.mtproto.codes == {}
    finally:
        await client.disconnect()

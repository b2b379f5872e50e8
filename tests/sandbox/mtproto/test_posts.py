"""Posts and what belongs to them, as Telethon sees them."""

import asyncio
from typing import Any

import pytest
from telethon import TelegramClient, errors, events, functions, types

from sandbox.control.posts import KINDS
from sandbox.telegram import Sandbox
from sandbox.world import Account
from tests.sandbox.mtproto.conftest import Connect


def heard(client: TelegramClient, kind: Any) -> "asyncio.Queue[Any]":
    queue: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(queue.put, kind)
    return queue


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("photo", "photo"),
        ("video", "video"),
        ("document", "document"),
        ("audio", "audio"),
        ("poll", "poll"),
        ("webpage", "web_preview"),
    ],
)
async def test_media_of_each_kind_is_known_for_what_it_is(
    sandbox: Sandbox, account: Account, connect: Connect, kind: str, attribute: str
) -> None:
    client = await connect(account)
    posts = heard(client, events.NewMessage())
    await client.get_me()
    sandbox.world.publish("news", "text", media=KINDS[kind])
    pushed = (await posts.get()).message
    (read,) = await client.get_messages("news", limit=1)
    assert getattr(pushed, attribute) is not None
    assert read.media.to_dict() == pushed.media.to_dict()
    if kind in ("photo", "video", "document", "audio"):
        assert await client.download_media(read, bytes) == KINDS[kind].data


async def test_an_expired_file_reference_is_renewed_by_reading_again(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    sandbox.world.publish("news", "", media=KINDS["photo"])
    (message,) = await client.get_messages("news", limit=1)
    sandbox.faults.add("file_reference_expired")
    with pytest.raises(errors.FileReferenceExpiredError):
        await client.download_media(message, bytes)
    (message,) = await client.get_messages("news", ids=[1])
    assert await client.download_media(message, bytes) == KINDS["photo"].data


async def test_views_and_reactions_are_pushed_and_read(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    views = heard(client, events.Raw(types.UpdateChannelMessageViews))
    reactions = heard(client, events.Raw(types.UpdateMessageReactions))
    peer = await client.get_input_entity("news")
    sandbox.world.publish("news", "text", views=10)
    sandbox.world.view("news", 1, 1234)
    sandbox.world.react("news", 1, "🔥", 5)
    assert (await views.get()).views == 1234
    assert [(c.reaction.emoticon, c.count) for c in (await reactions.get()).reactions.results] == [("🔥", 5)]
    counted = await client(functions.messages.GetMessagesViewsRequest(peer, [1, 2], increment=True))
    assert [each.views for each in counted.views] == [1235, None]
    (message,) = await client.get_messages("news", limit=1)
    assert (message.views, message.reactions.results[0].count) == (1235, 5)


async def test_a_protected_channel_says_so_everywhere(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    channel = sandbox.world.add_channel("closed", "Closed", noforwards=True)
    sandbox.world.publish(channel, "text")
    assert (await client.get_entity("closed")).noforwards
    assert (await client.get_messages("closed", limit=1))[0].noforwards


async def test_an_album_is_pushed_as_one_event(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    albums = heard(client, events.Album())
    await client.get_me()
    sandbox.world.publish_album("news", "caption", [KINDS["photo"], KINDS["video"], KINDS["photo"]])
    album = await albums.get()
    assert [bool(message.video) for message in album.messages] == [False, True, False]
    assert album.text == "caption"


async def test_a_forward_from_a_closed_channel_or_a_person_shows_no_more_than_a_name(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    closed = sandbox.world.add_channel(None, "Closed")
    sandbox.world.publish("news", "text", forward_from=sandbox.world.publish(closed, "text"))
    (message,) = await client.get_messages("news", limit=1)
    assert message.fwd_from.from_id.channel_id == closed.id
    assert (type(message.forward.chat), message.forward.chat.title) == (types.ChannelForbidden, "Closed")


async def test_many_ids_are_asked_for_in_one_packed_request(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    for number in range(1, 200):
        sandbox.world.publish("news", str(number))
    sandbox.world.delete("news", 100)
    found = await client.get_messages("news", ids=list(range(1, 201)))
    assert [index for index, message in enumerate(found, start=1) if message is None] == [100, 200]
    assert sandbox.mtproto.calls.count("channels.getMessages") in (1, 2)


async def test_a_channel_is_described_listed_and_left(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    about = sandbox.world.add_channel("described", "Described", about="What it is about")
    sandbox.world.join(about, account)
    sandbox.world.publish(about, "text")
    peer = await client.get_input_entity("described")
    full = (await client(functions.channels.GetFullChannelRequest(peer))).full_chat
    assert (full.about, full.participants_count, full.pts) == ("What it is about", 1, 2)
    lines = await client(functions.messages.GetPeerDialogsRequest([types.InputDialogPeer(peer)]))
    assert [(line.peer.channel_id, line.pts, line.top_message) for line in lines.dialogs] == [(about.id, 2, 1)]
    await client(functions.channels.LeaveChannelRequest(peer))
    with pytest.raises(errors.UserNotParticipantError):
        await client(functions.channels.LeaveChannelRequest(peer))
    assert (await client(functions.channels.GetChannelsRequest([peer]))).chats[0].left


async def test_what_was_posted_while_the_client_was_away_comes_when_it_catches_up(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account, catch_up=True)
    posts = heard(client, events.NewMessage())
    await client.get_dialogs()
    sandbox.world.publish("news", "seen")
    assert (await posts.get()).raw_text == "seen"
    await client.disconnect()
    for text in ("missed", "missed too"):
        sandbox.world.publish("news", text)
    await client.connect()
    assert [(await posts.get()).raw_text for _ in range(2)] == ["missed", "missed too"]

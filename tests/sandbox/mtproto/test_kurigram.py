"""A second client that shares no code with the server: kurigram."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pyrogram
import pytest
import rsa
from pyrogram.connection import Connection
from pyrogram.crypto import rsa as known_keys
from pyrogram.handlers import DeletedMessagesHandler, EditedMessageHandler, MessageHandler
from pyrogram.raw.functions.updates.get_channel_difference import GetChannelDifference
from pyrogram.raw.types.channel_messages_filter_empty import ChannelMessagesFilterEmpty

from sandbox.mtproto.requests.auth import LOGIN_CODE
from sandbox.telegram import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pyrogram", "ignore::ResourceWarning")
PHONE, PASSWORD = "+79990009", "hunter2"


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[pyrogram.Client]:
    """Signed in by phone, code and password."""
    key = rsa.PublicKey.load_pkcs1(sandbox.public_key_pem.encode())
    known_keys.server_public_keys[sandbox.mtproto.keyring.fingerprint] = known_keys.PublicKey(key.n, key.e)

    class Loopback(Connection):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options | {"server_address": "127.0.0.1", "port": sandbox.mtproto_port})

    sandbox.world.add_account(PHONE, "Kim", password=PASSWORD)
    client = pyrogram.Client(
        "kim",
        1,
        "x",
        in_memory=True,
        phone_number=PHONE,
        phone_code=LOGIN_CODE,
        password=PASSWORD,
        connection_factory=Loopback,
    )
    await client.start()
    yield client
    await client.stop()


def heard(client: pyrogram.Client, handler: type) -> "asyncio.Queue[Any]":
    queue: asyncio.Queue[Any] = asyncio.Queue()

    async def put(_client: pyrogram.Client, what: Any) -> None:
        queue.put_nowait(what)

    client.add_handler(handler(put))
    return queue


async def test_it_signs_in_resolves_and_reads_history(sandbox: Sandbox, client: pyrogram.Client) -> None:
    for number in range(1, 151):
        sandbox.world.publish("news", f"post {number}")
    assert (await client.get_me()).first_name == "Kim"
    chat: Any = await client.get_chat("news")
    assert chat.title == "News"
    assert [message.id async for message in client.get_chat_history("news")] == list(range(150, 0, -1))


async def test_it_joins_and_hears_posts_edits_and_deletions(sandbox: Sandbox, client: pyrogram.Client) -> None:
    posts, edits = heard(client, MessageHandler), heard(client, EditedMessageHandler)
    deletions = heard(client, DeletedMessagesHandler)
    await client.join_chat("news")
    sandbox.world.publish("news", "Bakı now", entities=[{"type": "bold", "offset": 0, "length": 4}])
    post = await posts.get()
    assert (post.text, post.text.html) == ("Bakı now", "<b>Bakı</b> now")
    sandbox.world.edit("news", post.id, "Bakı later")
    assert (await edits.get()).text == "Bakı later"
    sandbox.world.delete("news", post.id)
    assert [message.id for message in await deletions.get()] == [post.id]


async def test_it_reads_the_difference_after_a_gap(sandbox: Sandbox, client: pyrogram.Client) -> None:
    await client.join_chat("news")
    known = sandbox.world.channel("news").pts
    sandbox.faults.add("lost_pushes", method="news", times=5)
    for text in ("one", "two", "three"):
        sandbox.world.publish("news", text)
    sandbox.world.edit("news", 2, "two, corrected")
    sandbox.world.delete("news", 3)
    request = GetChannelDifference(
        channel=await client.resolve_peer("news"), filter=ChannelMessagesFilterEmpty(), pts=known, limit=100
    )
    difference = await client.invoke(request)
    assert [message.message for message in difference.new_messages] == ["one", "two, corrected"]
    edit, deletion = difference.other_updates
    assert (edit.message.message, deletion.messages) == ("two, corrected", [3])
    assert difference.pts == known + 5


async def test_it_downloads_a_photo(sandbox: Sandbox, client: pyrogram.Client) -> None:
    sandbox.world.publish_album("news", "caption", [b"bytes of a photo"])
    message: Any = await client.get_messages("news", 1)
    file: Any = await client.download_media(message, in_memory=True)
    assert bytes(file.getbuffer()) == b"bytes of a photo"

"""An unmodified Telethon talks to the sandbox."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient, errors, events, functions, network, types
from telethon.crypto import rsa
from telethon.sessions import MemorySession

from sandbox.mtproto.requests.auth import LOGIN_CODE
from sandbox.telegram import Sandbox
from sandbox.world import Account, Media

Connect = Callable[..., Awaitable[TelegramClient]]
TRANSPORTS = (
    network.ConnectionTcpFull,
    network.ConnectionTcpAbridged,
    network.ConnectionTcpIntermediate,
    network.ConnectionTcpObfuscated,
)


def heard(client: TelegramClient, kind: Any) -> "asyncio.Queue[Any]":
    queue: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(queue.put, kind)
    return queue


async def stranger(sandbox: Sandbox) -> TelegramClient:
    session = MemorySession()
    session.set_dc(2, "127.0.0.1", sandbox.mtproto_port)
    client = TelegramClient(session, 1, "x")
    await client.connect()
    return client


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_post_reaches_a_handler(sandbox: Sandbox, account: Account, connect: Connect, transport: type) -> None:
    client = await connect(account, connection=transport)
    posts = heard(client, events.NewMessage())
    await client.get_me()
    sandbox.world.publish("news", "Баку 🔔 now", entities=[{"type": "bold", "offset": 5, "length": 2}])
    event = await posts.get()
    assert event.raw_text == "Баку 🔔 now"
    assert [(type(e), e.offset, e.length) for e in event.message.entities] == [(types.MessageEntityBold, 5, 2)]


async def test_a_burst_arrives_whole_and_in_order(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account, sequential_updates=True)
    posts = heard(client, events.NewMessage())
    await client.get_me()
    for number in range(1, 251):
        sandbox.world.publish("news", str(number))
    assert [(await posts.get()).raw_text for _ in range(250)] == [str(number) for number in range(1, 251)]


async def test_edits_and_deletions_reach_handlers(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    edits, deletions = heard(client, events.MessageEdited()), heard(client, events.MessageDeleted())
    await client.get_me()
    sandbox.world.publish("news", "before")
    sandbox.world.edit("news", 1, "after")
    sandbox.world.delete("news", 1)
    assert (await edits.get()).raw_text == "after"
    assert (await deletions.get()).deleted_ids == [1]


async def test_a_lost_push_is_made_up_by_the_difference(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account, sequential_updates=True)
    posts = heard(client, events.NewMessage())
    await client.get_dialogs()
    sandbox.faults.add("lost_pushes", method="news")
    sandbox.world.publish("news", "lost")
    sandbox.world.publish("news", "seen")
    assert [(await posts.get()).raw_text for _ in range(2)] == ["lost", "seen"]
    assert "updates.getChannelDifference" in sandbox.mtproto.calls


async def test_pushes_that_are_repeated_or_overtaken_are_heard_once_in_order(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account, sequential_updates=True)
    posts = heard(client, events.NewMessage())
    await client.get_dialogs()
    sandbox.faults.add("repeated_pushes", method="news")
    sandbox.world.publish("news", "first")
    sandbox.faults.add("late_pushes", method="news", seconds=0.1)
    sandbox.world.publish("news", "second")
    sandbox.world.publish("news", "third")
    assert [(await posts.get()).raw_text for _ in range(3)] == ["first", "second", "third"]
    assert posts.empty()


async def test_a_gap_too_long_is_said_to_be_so(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    channel = await client.get_input_entity("news")
    for number in range(60):
        sandbox.world.publish("news", str(number))
    request = functions.updates.GetChannelDifferenceRequest(channel, types.ChannelMessagesFilterEmpty(), 1, 100)
    assert isinstance(await client(request), types.updates.ChannelDifferenceTooLong)
    request.pts = 1000
    with pytest.raises(errors.PersistentTimestampInvalidError):
        await client(request)


async def test_a_difference_comes_in_slices(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    channel = await client.get_input_entity("news")
    for number in range(5):
        sandbox.world.publish("news", str(number))
    sandbox.world.delete("news", 2)
    everything = types.ChannelMessagesFilterEmpty()
    first = await client(functions.updates.GetChannelDifferenceRequest(channel, everything, 1, 3))
    rest = await client(functions.updates.GetChannelDifferenceRequest(channel, everything, first.pts, 3))
    assert ([m.id for m in first.new_messages], first.final) == ([1, 3], False)
    assert ([m.id for m in rest.new_messages], rest.final) == ([4, 5], True)
    assert isinstance(rest.other_updates[0], types.UpdateDeleteChannelMessages)


async def test_history_is_read_in_pages_both_ways(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    for number in range(1, 251):
        sandbox.world.publish("news", str(number))
    down = [message.id async for message in client.iter_messages("news", limit=None, wait_time=0)]
    up = [message.id async for message in client.iter_messages("news", min_id=40, reverse=True, wait_time=0)]
    assert down == list(range(250, 0, -1))
    assert up == list(range(41, 251))


async def test_a_search_finds_a_word_in_any_case(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    for text in ("Баку сегодня", "Гянджа", "снова БАКУ"):
        sandbox.world.publish("news", text)
    assert [message.id for message in await client.get_messages("news", limit=10, search="баку")] == [3, 1]


async def test_a_page_of_long_posts_comes_packed_and_whole(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    for number in range(100):
        sandbox.world.publish("news", f"{number} " + "слово " * 500)
    page = await client.get_messages("news", limit=100)
    assert [message.raw_text.split()[0] for message in page] == [str(number) for number in range(99, -1, -1)]


async def test_an_album_a_forward_and_views_keep_their_marks(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    source = sandbox.world.add_channel("source", "Source")
    origin = sandbox.world.publish(source, "origin")
    sandbox.world.publish("news", "copy", forward_from=origin)
    sandbox.world.publish_album("news", "caption", [b"first", b"second"])
    sandbox.world.view("news", 1, 4321)
    second, first, copy = await client.get_messages("news", limit=3)
    assert first.grouped_id == second.grouped_id
    assert (copy.fwd_from.from_id.channel_id, copy.fwd_from.channel_post, copy.views) == (source.id, 1, 4321)
    assert await client.download_media(second, bytes) == b"second"


async def test_a_document_of_several_parts_downloads_whole(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    data = bytes(range(256)) * 4000
    sandbox.world.publish("news", "", media=Media("file", data, "application/pdf", "report.pdf"))
    (message,) = await client.get_messages("news", limit=1)
    assert message.file.name == "report.pdf"
    assert await client.download_media(message, bytes) == data


async def test_an_access_hash_of_another_account_is_refused(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    other = sandbox.world.add_account("+79990002", "Bob")
    peer = await (await connect(account)).get_input_entity("news")
    with pytest.raises(errors.ChannelInvalidError):
        await (await connect(other)).get_messages(peer, limit=1)


async def test_joining_by_name_and_by_invite_brings_posts(sandbox: Sandbox, connect: Connect) -> None:
    private = sandbox.world.add_channel(None, "Private")
    newcomer = sandbox.world.add_account("+79990003", "Eve")
    client = await connect(newcomer)
    posts = heard(client, events.NewMessage())
    await client(functions.channels.JoinChannelRequest("news"))
    assert (await client(functions.messages.CheckChatInviteRequest(private.invite))).title == "Private"
    await client(functions.messages.ImportChatInviteRequest(private.invite))
    sandbox.world.publish("news", "open")
    sandbox.world.publish(private, "closed")
    assert {(await posts.get()).raw_text for _ in range(2)} == {"open", "closed"}
    assert {dialog.title async for dialog in client.iter_dialogs()} == {"News", "Private"}


async def test_a_flood_wait_names_its_seconds(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account, flood_sleep_threshold=0)
    sandbox.faults.add("flood_wait", method="messages.getHistory", seconds=77)
    with pytest.raises(errors.FloodWaitError) as caught:
        await client.get_messages("news", limit=1)
    assert caught.value.seconds == 77


async def test_a_revoked_session_is_told_so(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account)
    sandbox.mtproto.revoke(account)
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client.get_messages("news", limit=1)


async def test_a_cut_connection_is_made_again(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    client = await connect(account, retry_delay=0)
    await client.get_me()
    assert sandbox.mtproto.cut(account) == 1
    assert (await client.get_me()).first_name == "Ann"


async def test_a_skewed_clock_is_made_up_for(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    sandbox.faults.clock_skew = timedelta(hours=2)
    client = await connect(account)
    assert (await client.get_me()).first_name == "Ann"


async def test_signing_in_takes_the_code_and_the_password(sandbox: Sandbox) -> None:
    sandbox.world.add_account("+79990004", "Kim", password="correct horse")
    client = await stranger(sandbox)
    try:
        await client.send_code_request("+79990004")
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in("+79990004", "11111")
        with pytest.raises(errors.SessionPasswordNeededError):
            await client.sign_in("+79990004", LOGIN_CODE)
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="wrong")
        assert (await client.sign_in(password="correct horse")).first_name == "Kim"
        assert await client.log_out()
    finally:
        await client.disconnect()


async def test_a_scanned_qr_code_signs_in(sandbox: Sandbox, account: Account, connect: Connect) -> None:
    phone, client = await connect(account), await stranger(sandbox)
    try:
        login = await client.qr_login()
        waiting = asyncio.create_task(login.wait(30))
        await asyncio.sleep(0)
        await phone(functions.auth.AcceptLoginTokenRequest(login.token))
        assert (await waiting).first_name == "Ann"
    finally:
        await client.disconnect()


async def test_keys_outlive_the_server(tmp_path: Path) -> None:
    async with Sandbox(state=tmp_path) as first:
        rsa.add_key(first.public_key_pem.encode(), old=False)
        session = await first.sign_in(first.world.add_account("+79990001", "Ann"), tmp_path / "ann")
        port = first.mtproto_port
    async with Sandbox(state=tmp_path, world=first.world, mtproto_port=port):
        client = TelegramClient(str(session), 1, "x")
        try:
            await client.connect()
            assert (await client.get_me()).first_name == "Ann"
        finally:
            await client.disconnect()


async def test_texts_and_posts_come_back_in_another_language(
    sandbox: Sandbox, account: Account, connect: Connect
) -> None:
    client = await connect(account)
    post = sandbox.world.publish("news", "Баку")
    texts = [types.TextWithEntities(each, []) for each in ("один", "два")]
    translated = await client(functions.messages.TranslateTextRequest(to_lang="az", text=texts))
    assert [each.text for each in translated.result] == ["[az] один", "[az] два"]
    channel = await client.get_input_entity("news")
    of_post = functions.messages.TranslateTextRequest(to_lang="uk", peer=channel, id=[post.id])
    assert (await client(of_post)).result[0].text == "[uk] Баку"
    for wrong in ({"to_lang": "xx", "text": texts}, {"to_lang": "az", "peer": channel, "id": [99]}, {"to_lang": "az"}):
        with pytest.raises(errors.BadRequestError):
            await client(functions.messages.TranslateTextRequest(**wrong))

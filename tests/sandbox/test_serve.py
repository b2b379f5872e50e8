"""The sandbox as a process of its own."""

import asyncio
import json
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telethon import TelegramClient, events, functions, types
from telethon.crypto import rsa

from bot.settings import Settings

POLLS, POLL_S = 600, 0.1


async def serve(state: Path, config: Path, *more: str) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "serve",
        "--state",
        state,
        "--write-config",
        config,
        *more,
        stdout=asyncio.subprocess.DEVNULL,
    )
    for _ in range(POLLS):
        if text := taken(config):
            return process, tomllib.loads(text)
        await asyncio.sleep(POLL_S)
    raise AssertionError("the sandbox did not start")


def taken(config: Path) -> str:
    if not config.exists():
        return ""
    return config.rename(f"{config}.taken").read_text()


async def stop(process: asyncio.subprocess.Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await process.wait()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    process, settings = await serve(tmp_path / "state", tmp_path / "config.toml")
    yield settings
    assert await stop(process) == 0


def client_of(settings: dict[str, Any]) -> TelegramClient:
    telegram = settings["telegram"]
    rsa.add_key(Path(telegram["dc_public_key"]).read_bytes(), old=False)
    client = TelegramClient(telegram["accounts"][0]["session"], telegram["api_id"], telegram["api_hash"])
    client.session.set_dc(telegram["dc_id"], telegram["dc_address"], telegram["dc_port"])
    return client


async def test_a_replayed_file_reaches_a_client_of_the_written_configuration(
    served: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "posts.jsonl"
    lines = [
        {"channel": "news", "id": n, "date": f"2025-07-01T09:00:0{n}+00:00", "text": f"post {n}"} for n in (2, 1, 3)
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    url = served["bot"]["api_url"]
    async with aiohttp.ClientSession(raise_for_status=True) as http:
        await http.post(f"{url}/control/channels", json={"username": "news", "title": "News"})
    client = client_of(served)
    posts: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(posts.put, events.NewMessage())
    await client.connect()
    try:
        await client(functions.channels.JoinChannelRequest("news"))
        replay = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sandbox",
            "replay",
            file,
            "--url",
            url,
            "--rate",
            "100",
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert await replay.wait() == 0
        assert [(await posts.get()).raw_text for _ in lines] == ["post 1", "post 2", "post 3"]
    finally:
        await client.disconnect()


async def control(settings: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
    url = f"{settings['bot']['api_url']}/control/{path}"
    async with aiohttp.ClientSession(raise_for_status=True) as http, http.request(method, url, json=body) as answer:
        return await answer.json()


async def test_a_client_goes_on_where_it_was_after_the_sandbox_was_killed(tmp_path: Path) -> None:
    process, settings = await serve(tmp_path / "state", tmp_path / "config.toml")
    await control(settings, "POST", "channels", {"username": "news", "title": "News"})
    client = client_of(settings)
    try:
        await client.connect()
        await client(functions.channels.JoinChannelRequest("news"))
        await control(settings, "POST", "posts", [{"channel": "news", "text": text} for text in ("one", "two")])
        assert [message.raw_text async for message in client.iter_messages("news")] == ["two", "one"]
        known = (await client(functions.channels.GetFullChannelRequest("news"))).full_chat.pts
    finally:
        await client.disconnect()
        process.kill()
        await process.wait()
    process, settings = await serve(tmp_path / "state", tmp_path / "config.toml")
    client = client_of(settings)
    try:
        await client.connect()
        await control(settings, "POST", "posts", {"channel": "news", "text": "three"})
        everything = types.ChannelMessagesFilterEmpty()
        peer = await client.get_input_entity("news")
        missed = await client(functions.updates.GetChannelDifferenceRequest(peer, everything, known, 100))
        assert [message.message for message in missed.new_messages] == ["three"]
        assert [dialog.title async for dialog in client.iter_dialogs()] == ["News"]
    finally:
        await client.disconnect()
        assert await stop(process) == 0


async def said(settings: dict[str, Any], words: str) -> None:
    """Wait until the bot has said some words to Leyla."""
    for _ in range(POLLS):
        messages = await control(settings, "GET", "chats/Leyla/messages")
        if any(message["from"]["is_bot"] and words in message.get("text", "") for message in messages):
            return
        await asyncio.sleep(POLL_S)
    raise AssertionError(f"the bot did not say {words!r}: {messages}")


async def test_a_running_product_goes_on_with_a_sandbox_that_was_killed_and_started_again(tmp_path: Path) -> None:
    state, config = tmp_path / "state", tmp_path / "config.toml"
    sandbox, settings = await serve(state, config)
    leyla = (await control(settings, "POST", "people", {"name": "Leyla"}))["id"]
    command = (sys.executable, "-m", "bot", "run", "--config", tmp_path / "config.toml.taken")
    environment = os.environ | {"DOZOR_BOT__ADMINS": f"[{leyla}]", "DOZOR_LOG__LEVEL": "ERROR"}
    product = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        await control(settings, "POST", "channels", {"username": "news", "title": "News"})
        await control(settings, "POST", "say", {"name": "Leyla", "text": "/watch @news"})
        await said(settings, "watching")
        await control(settings, "POST", "say", {"name": "Leyla", "text": "/subscribe Баку"})
        await said(settings, "Subscribed")
        sandbox.kill()
        await sandbox.wait()
        ports = ("--mtproto-port", str(settings["telegram"]["dc_port"]))
        ports += ("--bot-api-port", settings["bot"]["api_url"].rpartition(":")[2])
        sandbox, settings = await serve(state, config, *ports)
        await control(settings, "POST", "posts", {"channel": "news", "text": "В Баку снова тихо"})
        await said(settings, "снова тихо")
        await control(settings, "POST", "say", {"name": "Leyla", "text": "/search снова"})
        await said(settings, "🔎")
    finally:
        product.terminate()
        await product.wait()
        await stop(sandbox)


async def test_a_restart_keeps_the_keys_and_the_token(tmp_path: Path) -> None:
    process, before = await serve(tmp_path / "state", tmp_path / "config.toml")
    assert await stop(process) == 0
    process, after = await serve(tmp_path / "state", tmp_path / "config.toml")
    client = client_of(after)
    try:
        await client.connect()
        assert (await client.get_me()).first_name == "Reader"
        assert before["bot"]["token"] == after["bot"]["token"]
    finally:
        await client.disconnect()
        assert await stop(process) == 0


async def test_the_written_configuration_is_one_the_product_takes(served: dict[str, Any]) -> None:
    settings = Settings.model_validate(served)
    assert settings.bot.api_url == served["bot"]["api_url"]
    assert settings.telegram.accounts[0].session.exists()

"""A sandbox and Telethon clients signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.network import ConnectionTcpFull

from sandbox.telegram import Sandbox
from sandbox.world import Account

Connect = Callable[..., Awaitable[TelegramClient]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(too_long=50) as sandbox:
        sandbox.world.add_channel("news", "News")
        rsa.add_key(sandbox.public_key_pem.encode(), old=False)
        yield sandbox


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    account = sandbox.world.add_account("+79990001", "Ann")
    sandbox.world.join("news", account)
    return account


@pytest.fixture
async def connect(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Connect]:
    clients: list[TelegramClient] = []

    async def connect(account: Account, **options: object) -> TelegramClient:
        session = await sandbox.sign_in(account, tmp_path / f"{account.id}-{len(clients)}")
        connection = options.pop("connection", ConnectionTcpFull)
        client = TelegramClient(str(session), 1, "x", connection=connection, **options)
        await client.connect()
        clients.append(client)
        return client

    yield connect
    for client in clients:
        await client.disconnect()

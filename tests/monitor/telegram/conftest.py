"""A loopback Telegram, a real database, and real Telethon between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sandbox.telegram import Sandbox
from sqlalchemy import select
from telethon import TelegramClient

from monitor.database import Sessions
from monitor.models import Post
from monitor.store import Store
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.listener import Listener, Timing
from monitor.topics import StandingTopics
from sandbox.world import Account
from tests.monitor.telegram.loopback import QUICK, Listening


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return sandbox.world.add_account("+99450000001", "Reader")


@pytest.fixture
def endpoint(sandbox: Sandbox, tmp_path: Path) -> Endpoint:
    key = tmp_path / "dc.pem"
    key.write_text(sandbox.public_key_pem)
    return Endpoint(2, "127.0.0.1", sandbox.mtproto_port, key)


@pytest.fixture
def signed_in(sandbox: Sandbox, account: Account, endpoint: Endpoint, tmp_path: Path) -> Callable[[], TelegramClient]:
    """A function that makes an unconnected client of the signed-in account; always on the same session file."""
    session = tmp_path / "reader.session"
    sandbox.sign_in(account, session)
    return lambda: create_client(session, 1, "hash", endpoint)


@pytest.fixture
def sessions(sqlite_sessions: Sessions) -> Sessions:
    """A listener does the same on both databases; here it is about Telegram."""
    return sqlite_sessions


@pytest.fixture
def store(sessions: Sessions) -> Store:
    return Store(sessions, StandingTopics())


@pytest.fixture
def stored(sessions: Sessions) -> Callable[[], Awaitable[list[Post]]]:
    """A function that reads all stored posts, by message id."""

    async def read() -> list[Post]:
        async with sessions() as session:
            return list(await session.scalars(select(Post).order_by(Post.channel_id, Post.message_id)))

    return read


@pytest.fixture
def listening(signed_in: Callable[[], TelegramClient], store: Store) -> Listening:
    """A context in which a listener of the account runs and is ready."""

    @asynccontextmanager
    async def run(timing: Timing = QUICK) -> AsyncIterator[Listener]:
        listener = Listener("reader", signed_in(), store, timing=timing)
        running = asyncio.create_task(listener.run())
        ready = asyncio.create_task(listener.ready.wait())
        try:
            await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
            yield listener
        finally:
            for task in (running, ready):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await running

    return run

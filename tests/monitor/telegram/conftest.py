"""A loopback Telegram, a real database, and real Telethon between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.database import Sessions
from monitor.models import Post
from monitor.store import Store
from monitor.telegram.client import Endpoint, PromptClient, create_client
from monitor.telegram.listener import Listener
from monitor.topics import StandingTopics
from sandbox.faults import Faults
from sandbox.mtproto.keyring import Keyring
from sandbox.mtproto.server import Server
from sandbox.sessions import write_session
from sandbox.world import Account, World
from tests.monitor.telegram.loopback import QUICK, Listening


@pytest.fixture
async def telegram() -> AsyncIterator[Server]:
    server = Server(World(), Faults(), Keyring())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def account(telegram: Server) -> Account:
    return telegram.world.add_account("+99450000001", "Reader")


@pytest.fixture
def endpoint(telegram: Server, tmp_path: Path) -> Endpoint:
    key = tmp_path / "dc.pem"
    key.write_text(telegram.keyring.public_pem)
    return Endpoint(2, "127.0.0.1", telegram.port, key)


@pytest.fixture
def signed_in(telegram: Server, account: Account, endpoint: Endpoint, tmp_path: Path) -> Callable[[], PromptClient]:
    """A function that makes an unconnected client of the signed-in account; always on the same session file."""
    session = tmp_path / "reader.session"
    write_session(telegram, account, session)
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


@asynccontextmanager
async def run_listener(listener: Listener) -> AsyncIterator[Listener]:
    """The listener runs and is ready."""
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


@pytest.fixture
def listening(signed_in: Callable[[], PromptClient], store: Store) -> Listening:
    """A context in which a listener of the account runs and is ready."""
    return lambda timing=QUICK: run_listener(Listener("reader", signed_in(), store, timing=timing))

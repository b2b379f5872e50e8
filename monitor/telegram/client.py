"""A Telethon client, set up the way the listener needs it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from telethon import TelegramClient, errors, functions, types
from telethon.crypto import rsa
from telethon.network.connection import ConnectionTcpFull

from monitor.errors import MonitorError
from monitor.sealing import Seal
from monitor.telegram.proxy import Proxy
from monitor.telegram.sessions import open_session

CONNECT_TIMEOUT_S = 10
ANSWER_TIMEOUT_S = 30


class PublicKeyError(MonitorError):
    """The public key of the test data centre is not a readable PKCS#1 PEM file."""

    code = "public_key"


class TelegramUnreachableError(MonitorError):
    """Telegram cannot be reached: check the network, and whether a firewall or a proxy stands in the way."""

    code = "telegram_unreachable"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A test data centre: where it listens and the PKCS#1 PEM file of its public key (None: Telegram's own keys)."""

    dc_id: int
    address: str
    port: int
    public_key_path: Path | None = None


class PromptClient(TelegramClient):  # type: ignore[misc]  # Telethon has no types
    """Telethon waits for an answer as long as the connection lives; this raises TimeoutError after half a minute.

    `answered` is the moment of the last answer to a request (a ping is none), by `time.monotonic()`; `waits` says until when, in
    seconds since 1970, Telegram wants no request of a name; `flooded` hears each time for how many seconds.

    Updates go to their handlers as they come. Telethon's own order of them would ask for the difference of each channel
    that was silent for a quarter of an hour, and drop what is in it; the listener knows better what is missing.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.answered = float("-inf")
        self.waits: dict[str, float] = {}
        self.flooded: Callable[[float], None] = lambda _seconds: None

    async def connect(self) -> None:
        """As Telethon's, which waits for ever for the answer to its first request."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            await super().connect()

    async def __call__(self, request: Any, ordered: bool = False, flood_sleep_threshold: int | None = None) -> Any:
        """The answer to a request."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            try:
                answer = await super().__call__(request, ordered, flood_sleep_threshold)
            except errors.FloodError as error:
                seconds = getattr(error, "seconds", 0)
                self.waits[type(request).__name__.removesuffix("Request")] = time.time() + seconds
                self.flooded(seconds)
                raise
        self.answered = time.monotonic()
        return answer

    @property
    def clock_lag(self) -> timedelta:
        """By how much our clock is behind Telegram's, as its first answer showed."""
        return timedelta(seconds=self._sender._state.time_offset)

    async def ping(self, number: int, timeout_s: float) -> None:
        """Have the server answer at the connection's level. TimeoutError if it does not; a caller may be cancelled meanwhile."""
        pong = self._sender.send(functions.PingRequest(number))
        await asyncio.wait([pong], timeout=timeout_s)  # Telethon fails where an answer finds that nobody waits
        if not pong.done():
            raise TimeoutError

    async def _update_loop(self) -> None:
        while self.is_connected():
            for update in _single(await self._updates_queue.get()):
                update._entities = {}  # what Telethon's events expect
                await self._dispatch_update(update)


def create_client(
    session_path: Path,
    api_id: int,
    api_hash: str,
    endpoint: Endpoint | None = None,
    proxy: Proxy | None = None,
    seal: Seal | None = None,
) -> PromptClient:
    """A client over a session file (made if missing), which `seal` encrypts; it is not connected yet.

    It neither sleeps through FLOOD_WAIT nor reconnects: both are the listener's, which knows what was missed meanwhile.
    A caller without a listener passes a wait on to the person. Raises PublicKeyError and those of `open_session`.
    """
    if endpoint is not None and endpoint.public_key_path is not None:
        _trust(endpoint.public_key_path)
    client = PromptClient(
        open_session(session_path, seal),
        api_id,
        api_hash,
        connection=proxy.connection if proxy else ConnectionTcpFull,
        proxy=proxy.address if proxy else None,
        timeout=CONNECT_TIMEOUT_S,
        connection_retries=1,
        request_retries=2,
        auto_reconnect=False,
        sequential_updates=True,
        flood_sleep_threshold=0,
        raise_last_call_error=True,
    )
    if endpoint is not None:
        _point_at(client, endpoint)
    return client


async def connect(client: TelegramClient) -> None:
    """Connect once, for a person who waits. Raises TelegramUnreachableError."""
    try:
        await client.connect()
    except (OSError, EOFError, errors.InvalidBufferError, errors.SecurityError):
        raise TelegramUnreachableError from None


def _single(updates: Any) -> Sequence[Any]:
    """The updates in one message of the server (core.telegram.org/type/Updates)."""
    match updates:
        case types.Updates() | types.UpdatesCombined():
            return list(updates.updates)
        case types.UpdateShort():
            return [updates.update]
    return [updates]


def _trust(key: Path) -> None:
    try:
        rsa.add_key(key.read_bytes(), old=False)
    except (OSError, ValueError) as error:
        raise PublicKeyError(path=str(key)) from error


def _point_at(client: TelegramClient, endpoint: Endpoint) -> None:
    session = client.session
    here = (session.dc_id, session.server_address, session.port)
    if here != (endpoint.dc_id, endpoint.address, endpoint.port):
        session.set_dc(endpoint.dc_id, endpoint.address, endpoint.port)

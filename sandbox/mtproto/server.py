"""Server: the data centre: listens, keeps the connections and pushes what happens in the world."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

from sandbox.entities import Account
from sandbox.events import ChannelEvent, Event, Joined, Left, Logged, Posted, Registered
from sandbox.faults import Faults
from sandbox.mtproto.connection import Connection
from sandbox.mtproto.keyring import AuthKey, Keyring
from sandbox.mtproto.password import Password
from sandbox.mtproto.transport import Transport
from sandbox.mtproto.viewpoint import Viewpoint
from sandbox.world import World

ENDINGS = (
    "AUTH_KEY_UNREGISTERED",
    "SESSION_REVOKED",
    "AUTH_KEY_DUPLICATED",
    "USER_DEACTIVATED",
    "USER_DEACTIVATED_BAN",
)


class Server:
    """One data centre on a loopback port.

    With a `proxy_secret` it is reached as an MTProxy is.
    `calls` are the names of the last requests, oldest first; `codes` are login codes by phone number that wait to be typed.
    """

    def __init__(
        self,
        world: World,
        faults: Faults,
        keyring: Keyring,
        *,
        too_long: int = 10_000,
        proxy_secret: bytes = b"",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.world = world
        self.faults = faults
        self.keyring = keyring
        self.too_long = too_long
        self._proxy_secret = proxy_secret
        self.port = 0
        self.calls: deque[str] = deque(maxlen=10_000)
        self.challenges: dict[int, Password] = {}
        self.codes: dict[str, str] = {}
        self._clock = clock
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self, port: int = 0) -> None:
        """Listens on loopback; `port` 0 takes a free one."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port = self._listener.sockets[0].getsockname()[1]
        self._unsubscribe = self.world.subscribe(self._tell)

    async def stop(self) -> None:
        """Closes everything."""
        if self._listener is None or self._unsubscribe is None:
            return
        self._unsubscribe()
        self._listener.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener = None

    def now(self) -> float:
        """The server's clock in seconds since 1970, with the skew of the faults."""
        return self._clock() + self.faults.clock_skew.total_seconds()

    def date(self) -> datetime:
        """The server's clock as a date."""
        return datetime.fromtimestamp(self.now(), UTC)

    def viewpoint(self, account: Account) -> Viewpoint:
        """The world as an account sees it."""
        return Viewpoint(self.world, account, self.keyring.secret)

    def cut(self, account: Account | None = None) -> int:
        """Resets the connections of an account, or all; returns how many."""
        chosen = [one for one in self._connections if account is None or _account_id(one) == account.id]
        for connection in chosen:
            connection.cut()
        return len(chosen)

    def revoke(self, account: Account, why: str = "AUTH_KEY_UNREGISTERED") -> None:
        """Ends an account's sessions; `why` is one of ENDINGS, with which their next request is refused."""
        if why not in ENDINGS:
            raise ValueError(f"no session ends with {why}: choose from {', '.join(ENDINGS)}")
        self.keyring.revoke(account.id, why)

    def accept_login(self, token: bytes, account: Account) -> AuthKey:
        """Plays the phone that scans a QR code. ValueError for a token nobody shows."""
        key = self.keyring.by_token(token)
        if key is None:
            raise ValueError("nobody shows this token")
        key.pending, key.login_token = account.id, None
        for connection in self._connections:
            if connection.key is key:
                connection.push(types.UpdateShort(types.UpdateLoginToken(), self.date()))
        return key

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        connection = Connection(self, Transport(reader, writer, self._proxy_secret))
        self._connections.add(connection)
        if task:
            self._tasks.add(task)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
            self._tasks.discard(task) if task else None
            connection.cut()

    def _tell(self, event: Event) -> None:
        """Pushes an event to every listening client that may see it, each in its own words."""
        if isinstance(event, Registered):
            return
        told: dict[int, Any] = {}
        for connection in self._connections:
            account_id = _account_id(connection)
            if not connection.listening or account_id is None or not _concerns(event, account_id):
                continue
            if self.faults.take("lost_pushes", event.channel.username):
                continue
            if account_id not in told:
                told[account_id] = self._updates(event, self.world.accounts[account_id])
            self._push(connection, told[account_id], event.channel.username)
            if connection.key and isinstance(event, Logged):
                connection.key.delivered[event.channel.id] = event.channel.pts

    def _push(self, connection: Connection, updates: Any, channel: str | None) -> None:
        late = self.faults.take("late_pushes", channel)
        if late is not None:
            asyncio.get_running_loop().call_later(late.detail.get("seconds", 0.2), connection.push, updates)
            return
        connection.push(updates)
        if self.faults.take("repeated_pushes", channel):
            connection.push(updates)

    def _updates(self, event: ChannelEvent, account: Account) -> Any:
        view = self.viewpoint(account)
        posts = [event.post] if isinstance(event, Posted) else []
        return types.Updates([view.update(event)], [], view.chats_of(posts, event.channel), self.date(), 0)


def _account_id(connection: Connection) -> int | None:
    return connection.key.account_id if connection.key else None


def _concerns(event: ChannelEvent, account_id: int) -> bool:
    if isinstance(event, Joined | Left):
        return event.account_id == account_id
    return account_id in event.channel.members

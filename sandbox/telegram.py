"""Sandbox: the whole loopback Telegram in one object: the world, MTProto, the Bot API and the control interface."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from sandbox.botapi.server import BotApi
from sandbox.chats import Bot, Chats
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.mtproto.keyring import Keyring
from sandbox.mtproto.server import Server
from sandbox.sessions import write_session
from sandbox.transcript import Transcript
from sandbox.world import Account, World


class Sandbox:
    """`async with Sandbox() as sandbox:`, then point any client at it. Ports 0 take free ones.

    With `state` (a directory) keys, accounts, channels, posts and chats outlive the process, unless a `world` is given.
    """

    def __init__(
        self,
        *,
        world: World | None = None,
        faults: Faults | None = None,
        state: Path | None = None,
        mtproto_port: int = 0,
        bot_api_port: int = 0,
        too_long: int = 10_000,
    ) -> None:
        self.world = world or World()
        self.faults = faults or Faults()
        self.chats = Chats()
        self._kept = [] if state is None or world else self._restore(state)
        self.mtproto = Server(self.world, self.faults, Keyring(state), too_long=too_long)
        self.bot_api = BotApi(self.chats, self.world, self.faults)
        self._control = Control(self.world, self.chats, self.faults, self.mtproto, self.bot_api.limits)
        self._ports = mtproto_port, bot_api_port

    def _restore(self, state: Path) -> list[Journal | Transcript]:
        journal, transcript = Journal(state / "world.jsonl"), Transcript(state / "chats.jsonl")
        journal.restore(self.world)
        journal.follow(self.world)
        transcript.restore(self.chats)
        transcript.follow(self.chats)
        return [journal, transcript]

    async def __aenter__(self) -> Self:
        await self.mtproto.start(self._ports[0])
        application = self.bot_api.application()
        self._control.add_routes(application)
        try:
            await self.bot_api.start(application, port=self._ports[1])
        except BaseException:
            await self.mtproto.stop()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._control.close()
        await self.bot_api.stop()
        await self.mtproto.stop()
        for record in self._kept:
            record.close()

    @property
    def mtproto_port(self) -> int:
        """The port of the data centre, whose number is 2, on 127.0.0.1."""
        return self.mtproto.port

    @property
    def bot_api_url(self) -> str:
        """What stands for https://api.telegram.org."""
        return self.bot_api.url

    @property
    def control_url(self) -> str:
        """Where the control interface and the page are; `/control/…` below it."""
        return self.bot_api.url

    @property
    def public_key_pem(self) -> str:
        """The data centre's RSA key as PKCS#1 PEM."""
        return self.mtproto.keyring.public_pem

    def add_bot(self, token: str, username: str = "dozor_bot") -> Bot:
        """Registers a bot of the Bot API."""
        return self.chats.add_bot(token, username)

    async def sign_in(self, account: Account, session_path: Path | str) -> Path:
        """Writes a signed-in Telethon session file of the account; returns its path."""
        return write_session(self.mtproto, account, Path(session_path))

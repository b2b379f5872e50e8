"""The product as many processes on one PostgreSQL and one loopback Telegram; each can be killed, stopped and started again."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from monitor import channels, migration, subscribers, subscriptions
from monitor.database import Sessions, create_engine, create_sessions
from monitor.models import ChatKind
from sandbox.chats import Bot, Person
from sandbox.pointing import bot_token, write_config, write_private
from sandbox.telegram import Sandbox
from sandbox.world import Channel
from tests.conftest import NOW


class Fleet:
    """Its processes by name; `sessions` is the test's own way into their database, `program` the module that is started."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, bot: Bot, sessions: Sessions, settings: Mapping[str, str]
    ) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.admin = sandbox.chats.add_person("Admin")
        self.sessions = sessions
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.ports: dict[str, int] = {}
        self.program: tuple[str, ...] = ("bot",)
        self._folder = folder
        self._settings = {"DOZOR_BOT__ADMINS": f"[{self.admin.id}]", "DOZOR_LOG__LEVEL": "ERROR", **settings}

    async def start(self, name: str, role: str, *options: str, **settings: str) -> None:
        """Start a process of this role, in place of the one of this name."""
        self.ports[name] = port = free_port()
        environment = {**os.environ, **self._settings, "DOZOR_HTTP__PORT": str(port), **settings}
        self.processes[name] = await asyncio.create_subprocess_exec(
            *self._command("run", role, *options), env=environment
        )

    async def run(self, *arguments: str, **settings: str) -> tuple[int | None, str]:
        """Run the command line to its end: its exit code, and what it said."""
        environment = {**os.environ, **self._settings, **settings}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command(*arguments), env=environment, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        return process.returncode, said.decode()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *self.program, *arguments, "--config", str(self._folder / "config.toml")]

    async def ready(self, *names: str, seconds: float = 200) -> None:
        """Wait until these processes, or all, do their work."""
        async with asyncio.timeout(seconds):
            for name in names or self.processes:
                while not await self.is_ready(name):  # noqa: ASYNC110 -- another process gets ready
                    await asyncio.sleep(0.1)

    async def is_ready(self, name: str) -> bool:
        """Whether the process does its work."""
        return await _answers(self.ports[name])

    async def end(self, name: str, number: int) -> int | None:
        """Send the process a signal that ends it; its exit code."""
        process = self.processes.pop(name)
        if process.returncode is None:
            process.send_signal(number)
        return await process.wait()

    async def watch(self, channel: Channel) -> None:
        """Have a listener watch the channel, and wait until it does."""
        async with self.sessions.begin() as session:
            reader = await subscribers.get_or_create(session, self.admin.id, 0, ChatKind.PRIVATE, "ru", NOW)
            await channels.request_watch(session, reader, f"@{channel.username}", NOW)
        async with asyncio.timeout(60):
            while not await self._watches(channel):  # noqa: ASYNC110 -- another process joins
                await asyncio.sleep(0.1)

    async def _watches(self, channel: Channel) -> bool:
        async with self.sessions() as session:
            return channel.id in {each.id for each in await channels.watched(session)}

    async def subscribe(self, people: list[Person], query: str) -> None:
        """Have these people subscribed, as if they had told the bot so."""
        async with self.sessions.begin() as session:
            for person in people:
                person.started.add(self.bot.id)
                reader = await subscribers.get_or_create(session, person.id, 0, ChatKind.PRIVATE, "ru", NOW)
                await subscriptions.subscribe(session, reader, query, NOW)


@asynccontextmanager
async def fleet(folder: Path, database: str, **settings: str) -> AsyncIterator[Fleet]:
    """Everything but the processes, which end with it. `settings` are variables of their environment."""
    engine = create_engine(database)
    await migration.upgrade(engine)
    async with Sandbox(state=folder) as sandbox:
        bot = sandbox.add_bot(bot_token(folder))
        write_private(folder / "public_key.pem", sandbox.public_key_pem)
        await write_config(sandbox, folder, folder / "config.toml")
        chosen = {"DOZOR_DATABASE__URL": database, **settings}
        ships = Fleet(sandbox, folder, bot, create_sessions(engine), chosen)
        try:
            yield ships
        finally:
            for process in ships.processes.values():
                if process.returncode is None:
                    process.kill()
            await asyncio.gather(*(process.wait() for process in ships.processes.values()))
    await engine.dispose()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def _answers(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False

"""The product as a process of its own on a loopback Telegram in this one."""

import asyncio
import json
import os
import resource
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.chats import Bot, Person
from sandbox.pointing import bot_token, write_config, write_private
from sandbox.telegram import Sandbox
from sandbox.world import Channel
from tests.databases import new_sqlite


class Running:
    """A sandbox, its bot, an admin, and the product's process, which can be killed and started again."""

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        bot: Bot,
        admin: Person,
        settings: Mapping[str, str],
        program: tuple[str, ...] = ("bot",),
    ) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.bot = bot
        self.admin = admin
        self.settings = settings
        self.program = program
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *, messages_per_second: int = 10_000) -> None:
        """Start the product."""
        settings = {
            "DOZOR_BOT__ADMINS": f"[{self.admin.id}]",
            "DOZOR_BOT__MESSAGES_PER_SECOND": str(messages_per_second),
            "DOZOR_BOT__MESSAGES_PER_SECOND_IN_A_CHAT": str(messages_per_second),
            "DOZOR_BOT__MESSAGES_PER_MINUTE_IN_A_GROUP": str(60 * messages_per_second),
            "DOZOR_LOG__LEVEL": "WARNING",
            "DOZOR_TELEGRAM__JOINS_PER_HOUR": "1000000",
        }
        command = [sys.executable, "-m", *self.program, "run", "--config", str(self.folder / "config.toml")]
        self._process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings, **self.settings})

    async def kill(self) -> None:
        """End the product without warning."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> int | None:
        """Ask the product to end; its exit code."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            return await self._process.wait()
        return None if self._process is None else self._process.returncode

    def rss(self) -> int:
        """The product's resident memory in MB."""
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20

    def limit_files(self, size: int) -> None:
        """Let the product's files grow no further than `size` bytes, as if their disk were full."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def cpu_s(self) -> float:
        """How long the product has computed, in seconds."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def watch(self, *channels: Channel) -> None:
        """Have the admin ask for the channels; wait until the product has said that it watches each."""
        for channel in channels:
            self.sandbox.chats.say(self.admin, f"/watch @{channel.username}")
        await until(
            lambda: all(channel.members for channel in channels) and self._heard(self.admin) >= 2 * len(channels),
            180,  # on a busy machine it has hardly begun after a minute
        )

    async def subscribe(self, wanted: dict[int, list[str]]) -> None:
        """Have each person (by id) subscribe to queries; wait for every answer."""
        people = self.sandbox.chats.people
        before = {number: self._heard(people[number]) for number in wanted}
        for number, queries in wanted.items():
            for query in queries:
                self.sandbox.chats.say(people[number], f"/subscribe {query}")
        await until(lambda: all(self._heard(people[n]) >= before[n] + len(queries) for n, queries in wanted.items()))

    async def tell_every_post(self, people: Iterable[int]) -> None:
        """Have these (by id) told of every post, also of those that repeat a story; wait until each has said so."""
        asked = [self.sandbox.chats.people[number] for number in people]
        before = {person.id: self._heard(person) for person in asked}
        for person in asked:
            self.sandbox.chats.say(person, "/stories off")
        await until(lambda: all(self._heard(person) > before[person.id] for person in asked))

    def _heard(self, person: Person) -> int:
        messages = self.sandbox.chats.chats[person.id].messages.values()
        return sum(message["from"]["id"] == self.bot.id for message in messages)


@asynccontextmanager
async def running(
    folder: Path,
    *,
    accounts: int = 1,
    settings: Mapping[str, str] | None = None,
    program: tuple[str, ...] = ("bot",),
) -> AsyncIterator[Running]:
    """Everything is set up and the product started on a database in the newest schema; all of it is ended at the end.

    `settings` are variables of its environment, `program` is the module that is started.
    """
    async with Sandbox(state=folder) as sandbox:
        bot = sandbox.add_bot(bot_token(folder))
        write_private(folder / "public_key.pem", sandbox.public_key_pem)
        await write_config(sandbox, folder, folder / "config.toml")
        chosen = {"DOZOR_TELEGRAM__ACCOUNTS": await _accounts(sandbox, folder, accounts), **(settings or {})}
        if not (database := folder / "dozor.db").exists():
            new_sqlite(database)
        run = Running(sandbox, folder, bot, sandbox.chats.add_person("Admin"), chosen, program)
        await run.start()
        try:
            yield run
        finally:
            await run.stop()


async def _accounts(sandbox: Sandbox, folder: Path, count: int) -> str:
    """The accounts as the setting has them; the first is the one of the configuration's file."""
    accounts = [{"name": "main", "session": str(folder / "main.session")}]
    for number in range(1, count):
        account = sandbox.world.add_account(f"+99966210{number:03}", f"Reader {number}")
        session = await sandbox.sign_in(account, folder / f"reader{number}.session")
        accounts.append({"name": f"reader{number}", "session": str(session)})
    return json.dumps(accounts)


async def until(condition: Callable[[], bool], seconds: float = 60, *, every: float = 0.05) -> None:
    """Wait until it is so. TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(every)

"""SIGTERM ends every role within ten seconds, whatever it is in the middle of, and loses nothing."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from sandbox.chats import Person
from sandbox.pointing import bot_token
from tests.databases import new_postgres
from tests.end_to_end.test_command_line import dozor
from tests.end_to_end.test_operation import free_port, get
from tests.postgres import Postgres
from tests.running import Running, running, until

WITHIN_S = 10


@asynccontextmanager
async def role(run: Running, *roles: str, **settings: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A process with these roles, which is ready, and its port."""
    port = free_port()
    environment = {**os.environ, **run.settings, "DOZOR_HTTP__PORT": str(port), **settings}
    command = [sys.executable, "-m", "bot", "run", *roles, "--config", str(run.folder / "config.toml")]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with asyncio.timeout(60):
            while (await get(port, "/readyz"))[0] != 200:  # noqa: ASYNC110 -- another process gets ready
                await asyncio.sleep(0.1)
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def end(process: asyncio.subprocess.Process) -> tuple[int, float]:
    """Ask it to end: its exit code, and after how many seconds."""
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 30), time.monotonic() - begun


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    """A watched channel with a subscribed reader; the product has ended."""
    async with running(tmp_path) as product:
        channel = product.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        await product.watch(channel)
        await product.subscribe({product.admin.id: ["посольство"]})
        assert await product.stop() == 0
        yield product


async def backends(url: str) -> list[int]:
    """The processes that serve the database's connections."""
    connection = await asyncpg.connect(url)
    try:
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return [row["pid"] for row in await connection.fetch(others)]
    finally:
        await connection.close()


def told(run: Running, person: Person, words: str) -> int:
    messages: list[dict[str, Any]] = list(run.sandbox.chats.chats[person.id].messages.values())
    return sum(message["from"]["id"] == run.bot.id and words in str(message.get("text")) for message in messages)


@pytest.mark.parametrize("name", ["listener", "commands", "relay", "schedule"])
async def test_a_role_that_has_nothing_to_do_ends(run: Running, name: str) -> None:
    async with role(run, name) as (process, _):
        code, seconds = await end(process)
    assert code == 0
    assert seconds < WITHIN_S


async def test_a_telegram_that_does_not_answer_is_not_waited_for_and_nothing_is_lost(run: Running) -> None:
    run.sandbox.faults.add("timeout_before", method="sendmessage", times=None, seconds=20)
    (channel,) = run.sandbox.world.channels.values()
    async with role(run) as (process, _):
        run.sandbox.world.publish(channel, "У посольства снова люди")
        run.sandbox.chats.say(run.admin, "/topics")
        await asyncio.sleep(2)
        code, seconds = await end(process)
    assert code == 0
    assert seconds < WITHIN_S
    run.sandbox.faults.clear()
    async with role(run):
        await until(lambda: told(run, run.admin, "У посольства снова люди") == 1)


async def test_a_database_that_does_not_answer_is_left(run: Running, postgres: Postgres) -> None:
    url = new_postgres(postgres)
    async with role(run, DOZOR_DATABASE__URL=url) as (process, _):
        frozen = await backends(url)
        try:
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(2)
            _, seconds = await end(process)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
    assert seconds < WITHIN_S


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


async def test_a_start_that_is_changing_the_schema_ends_with_its_processes(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[bot]\ntoken = "{bot_token(tmp_path)}"\n[database]\nurl = "sqlite:///{tmp_path / "x.db"}"\n')
    command = [sys.executable, "-m", "bot", "run", "schedule", "--config", str(config)]
    process = await asyncio.create_subprocess_exec(*command)
    await until(lambda: bool(children(process.pid)))
    begun = children(process.pid)
    code, seconds = await end(process)
    assert code == 0
    assert seconds < WITHIN_S
    await until(lambda: not any(map(is_running, begun)), 20)
    assert (await asyncio.to_thread(dozor, "migrate", "--config", str(config))).returncode == 0

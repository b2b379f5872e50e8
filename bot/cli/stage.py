"""The demo's stage: the sandbox and the product as two processes, and the wires to them."""

import asyncio
import json
import os
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import aiohttp

from monitor.errors import MonitorError

START_S = 60
STOP_S = 10


DOZOR = {"DOZOR_LOG__LEVEL": "WARNING", "DOZOR_BOT__MESSAGES_PER_SECOND_IN_A_CHAT": "30"}
"""A month of posts is played to one reader in half a minute."""


class StageError(MonitorError):
    """The demo could not be started."""

    code = "stage"


class Control:
    """A client of the sandbox's control interface at `url`."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """One request; the decoded answer. Raises StageError with the sandbox's own words."""
        async with self._http.request(method, f"{self.url}/control/{path}", json=body or None) as answer:
            if answer.status != 200:
                raise StageError(f"The sandbox refused {path}: {await answer.text()}")
            return await answer.json()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Everything that happens in the sandbox, from now on."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._http.get(f"{self.url}/control/events", timeout=timeout) as answer:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


class Stage:
    """`async with Stage() as stage`: both processes run; both are ended, and their files removed, at the end."""

    def __init__(self, reader_id: int) -> None:
        self._reader_id = reader_id
        self._stack = AsyncExitStack()
        self.control: Control

    async def __aenter__(self) -> Self:
        folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="dozor-demo-")))
        try:
            config = folder / "config.toml"
            await self._start(folder, "-m", "sandbox", "serve", "--state", str(folder), "--write-config", str(config))
            settings = await _written(config)
            await self._start(folder, "-m", "bot", "run", "--config", str(config))
            http = await self._stack.enter_async_context(aiohttp.ClientSession())
            self.control = Control(settings["bot"]["api_url"], http)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def _start(self, folder: Path, *arguments: str) -> None:
        log = self._stack.enter_context((folder / f"{arguments[1]}.log").open("wb"))
        environment = os.environ | DOZOR | {"DOZOR_BOT__ADMINS": f"[{self._reader_id}]"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=log, stderr=log, env=environment
        )
        self._stack.push_async_callback(_end, process)


async def _written(config: Path) -> dict[str, Any]:
    """The settings that the sandbox writes once it listens."""
    for _ in range(START_S * 20):
        with suppress(FileNotFoundError):
            return tomllib.loads(await asyncio.to_thread(config.read_text, encoding="utf-8"))
        await asyncio.sleep(0.05)
    raise StageError("The sandbox did not start within a minute.")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()

"""The control interface over HTTP, as a test in another language would use it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.telegram import Sandbox

TOKEN = "4242:loopback"


class Remote:
    """The control interface of a sandbox."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._http = http

    async def __call__(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, f"{self.sandbox.control_url}/control/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def mistake(self, method: str, path: str, **request: Any) -> str:
        async with self._http.request(method, f"{self.sandbox.control_url}/control/{path}", **request) as answer:
            assert answer.status == 400
            return str((await answer.json())["error"])


@pytest.fixture
async def control() -> AsyncIterator[Remote]:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        sandbox.add_bot(TOKEN)
        yield Remote(sandbox, http)

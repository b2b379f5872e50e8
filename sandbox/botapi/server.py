"""Bot API over HTTP: `/bot<token>/<method>` with a form, multipart or JSON body."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import web

from sandbox.botapi.methods import METHODS, Call
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.chats import Bot, Chats
from sandbox.faults import Faults
from sandbox.world import World

MAX_UPDATES = 100
MAX_WAIT_S = 50.0
STOP_S = 2.0


class BotApi:
    """The server; `url` is what a client takes for https://api.telegram.org."""

    def __init__(self, chats: Chats, world: World, faults: Faults) -> None:
        self._chats = chats
        self._world = world
        self._faults = faults
        self._runner: web.AppRunner | None = None
        self.url = ""

    def application(self) -> web.Application:
        """The routes of the Bot API."""
        application = web.Application(client_max_size=60 * 2**20)
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        return application

    async def start(self, application: web.Application | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        self._runner = web.AppRunner(application or self.application(), access_log=None, shutdown_timeout=STOP_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Stop listening; waiting polls end."""
        for bot in self._chats.bots.values():
            bot.arrived.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response({"ok": True, "result": await self._result(request)})
        except RefusalError as refusal:
            return web.json_response(refusal.as_answer(), status=refusal.status)

    async def _result(self, request: web.Request) -> Any:
        bot = self._chats.bots.get(request.match_info["token"])
        if bot is None:
            raise RefusalError(401, "Unauthorized")
        name = request.match_info["method"].lower()
        parameters = await _parameters(request)
        await self._fail_on_purpose(request, name)
        if name == "getupdates":
            return await self._updates(bot, parameters)
        if name not in METHODS:
            raise RefusalError(404, "Not Found: method not found")
        result = METHODS[name](Call(bot, self._chats, self._world, parameters))
        if (fault := self._faults.take("timeout_after", name)) is not None:
            await asyncio.sleep(fault.detail.get("seconds", 60))
        return result

    async def _fail_on_purpose(self, request: web.Request, method: str) -> None:
        if (fault := self._faults.take("too_many_requests", method)) is not None:
            seconds = fault.detail.get("retry_after", 1)
            raise RefusalError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if (fault := self._faults.take("server_error", method)) is not None:
            raise RefusalError(fault.detail.get("status", 502), "Bad Gateway")
        if (fault := self._faults.take("timeout_before", method)) is not None:
            await asyncio.sleep(fault.detail.get("seconds", 60))
            raise RefusalError(504, "Gateway Timeout")
        if self._faults.take("cut_connection", method) is not None and request.transport is not None:
            request.transport.close()
            raise RefusalError(500, "Internal Server Error")

    async def _updates(self, bot: Bot, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if bot.webhook is not None:
            raise RefusalError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        offset = int(parameters.get("offset") or 0)
        bot.updates = [update for update in bot.updates if update["update_id"] >= offset]
        allowed = parameters.get("allowed_updates") or ()
        bot.updates = [update for update in bot.updates if not allowed or any(kind in update for kind in allowed)]
        if not bot.updates:
            await self._wait(bot, min(float(parameters.get("timeout") or 0), MAX_WAIT_S))
        wanted = [update for update in bot.updates if not allowed or any(kind in update for kind in allowed)]
        return wanted[: min(int(parameters.get("limit") or MAX_UPDATES), MAX_UPDATES)]

    async def _wait(self, bot: Bot, seconds: float) -> None:
        bot.pollers += 1
        mine = bot.pollers
        bot.arrived.set()  # a poll that was waiting before ends, as Telegram ends it
        await asyncio.sleep(0)
        bot.arrived = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bot.arrived.wait(), seconds)
        if bot.pollers != mine:
            raise RefusalError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )


async def _parameters(request: web.Request) -> dict[str, Any]:
    """The parameters, decoded from JSON where a form carries JSON."""
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise bad_request("object expected as request body")
        return body
    fields = {**request.query, **await request.post()}
    return {name: _decoded(value) for name, value in fields.items()}


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value

"""Bot API over HTTP: `/bot<token>/<method>` with a form, multipart or JSON body, and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiohttp import web

from sandbox.botapi.call import Call
from sandbox.botapi.limits import Limits
from sandbox.botapi.methods import LIMITED, METHODS
from sandbox.botapi.parameters import decoded, read_parameters
from sandbox.botapi.refusal import RefusalError
from sandbox.botapi.schema import schema
from sandbox.botapi.updates import get_updates
from sandbox.botapi.webhook import Pusher
from sandbox.chats import Bot, Chats
from sandbox.faults import Faults
from sandbox.world import World

logger = logging.getLogger(__name__)

STOP_S = 2.0
LARGEST_REQUEST = 60 * 2**20


class BotApi:
    """The server; `url` is what a client takes for https://api.telegram.org. `limits.on` switches Telegram's limits on."""

    def __init__(self, chats: Chats, world: World, faults: Faults) -> None:
        self.limits = Limits()
        self._chats = chats
        self._world = world
        self._faults = faults
        self._pushers: dict[int, Pusher] = {}
        self._runner: web.AppRunner | None = None
        self.url = ""

    def application(self) -> web.Application:
        """The routes of the Bot API."""
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        application.router.add_route("GET", "/file/bot{token}/{path:.+}", self._download)
        return application

    async def start(self, application: web.Application | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        self._runner = web.AppRunner(application or self.application(), access_log=None, shutdown_timeout=STOP_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Stop listening and pushing; waiting polls end."""
        for bot in self._chats.bots.values():
            bot.arrived.set()
        for pusher in self._pushers.values():
            await pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response({"ok": True, "result": await self._result(request)})
        except RefusalError as refusal:
            return web.json_response(refusal.as_answer(), status=refusal.status)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            logger.exception("a request was not understood: %s", request.match_info["method"])
            return web.json_response(RefusalError(500, "Internal Server Error").as_answer(), status=500)

    async def _result(self, request: web.Request) -> Any:
        bot = self._bot(request)
        name = request.match_info["method"].lower()
        if name != "getupdates" and name not in METHODS:
            raise RefusalError(404, "Not Found: method not found")
        parameters = await read_parameters(request, schema().methods[name][1])
        await self._fail_on_purpose(request, name)
        if name == "getupdates":
            result: Any = await get_updates(bot, parameters)
        else:
            result = self._perform(bot, name, parameters)
        if (fault := self._faults.take("timeout_after", name)) is not None:
            await asyncio.sleep(fault.detail.get("seconds", 60))
        return _checked(name, result)

    def _bot(self, request: web.Request) -> Bot:
        bot = self._chats.bots.get(request.match_info["token"])
        if bot is None:
            raise RefusalError(401, "Unauthorized")
        return bot

    def _perform(self, bot: Bot, name: str, parameters: dict[str, Any]) -> Any:
        call = Call(bot, self._chats, self._world, parameters)
        if name in LIMITED:
            count = len(call.get("media") or call.get("message_ids") or "1")
            self.limits.take(bot, call.open_chat(), count, call.get("allow_paid_broadcast", False))
        result = METHODS[name](call)
        if name == "setwebhook" and bot.id not in self._pushers:
            now = self._chats.clock
            self._pushers[bot.id] = Pusher(bot, self._perform_answer, lambda: int(now().timestamp()))
        return result

    async def _perform_answer(self, bot: Bot, name: str, fields: dict[str, Any]) -> None:
        """Do what a webhook's answer asks for; nobody hears whether it went well."""
        try:
            self._perform(bot, name.lower(), decoded(fields, schema().methods[name.lower()][1], {}))
        except (RefusalError, LookupError) as error:
            logger.warning("the answer of a webhook asks for what is refused: %s: %s", name, error)

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._bot(request)
        except RefusalError as refusal:
            return web.json_response(refusal.as_answer(), status=refusal.status)
        file = self._chats.files.at(request.match_info["path"])
        if file is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=file.content, content_type=file.media_type or "application/octet-stream")

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


def _checked(name: str, result: Any) -> Any:
    """The result, if the documentation allows it; what it does not is a fault of this server, and must not pass for Telegram's."""
    problems = list(schema().problems(schema().methods[name][2], result))
    if problems:
        logger.error("the answer to %s is wrong: %s", name, "; ".join(problems[:5]))
        raise RefusalError(500, f"Internal Server Error: {problems[0]}")
    return result

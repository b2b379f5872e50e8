"""The commands role where Telegram brings the updates: an address of the HTTP server instead of polling.

Telegram brings an update again until it is answered with success. So the answer is given when the update is done with, and
also for one that cannot be read, which would come for ever (core.telegram.org/bots/api#setwebhook).
"""

import asyncio
import hashlib
import hmac
import logging
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.utils.backoff import Backoff, BackoffConfig
from aiohttp import web

from bot.intake import Intake, Lanes
from bot.origins import Origins
from bot.polling import BACKOFF
from monitor.errors import MonitorError

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
FORWARDED_HEADER = "X-Forwarded-For"
REMEMBERED = 10_000  # updates; Telegram brings one again soon or not at all


class WebhookError(MonitorError):
    """Telegram does not take [bot] webhook_url: it must be an https address that Telegram can reach."""

    code = "webhook"


class Webhook:
    """Takes updates at `url` until `stop()`. The HTTP server that serves `route()` lets the handlers under way end."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        url: str,
        secret: str,
        origins: Origins,
        *,
        backoff: BackoffConfig = BACKOFF,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._intake = Intake(bot, dispatcher)
        self._url = url
        self._secret = secret
        self._origins = origins
        self._backoff = Backoff(backoff)
        self._stopping = asyncio.Event()
        self._open = False
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._lanes = Lanes(self._intake)

    def route(self) -> web.RouteDef:
        """Where Telegram brings updates."""
        return web.post(urlsplit(self._url).path or "/", self._take)

    def stop(self) -> None:
        """Take nothing more: Telegram keeps what comes now for the next start."""
        self._open = False
        self._stopping.set()

    async def run(self) -> None:
        """Tell Telegram where to bring updates, then take them until stopped. Raises WebhookError, or as Polling does."""
        self._open = True
        try:
            await self._announce()
            await self._stopping.wait()
        finally:
            await self._lanes.finish()
            await self._dispatcher.emit_shutdown()

    async def _announce(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._intake.allowed)
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise
            except TelegramBadRequest as error:
                raise WebhookError(f"Telegram does not take [bot] webhook_url: {error.message}") from None
            except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
                logger.warning("the webhook is not set, trying again: error=%s", type(error).__name__)
                await self._backoff.asleep()
            else:
                return

    async def _take(self, request: web.Request) -> web.Response:
        if not self._open:
            raise web.HTTPServiceUnavailable
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            raise web.HTTPForbidden
        forwarded = request.headers.getall(FORWARDED_HEADER, [])
        if not self._origins.admit(request.remote, forwarded):
            logger.error(
                "an update is refused, since it is not from [bot] webhook_networks: from=%s %s",
                request.remote,
                forwarded,
            )
            raise web.HTTPForbidden
        raw = await _content(request)
        self._begin(raw)
        if (handling := self._lanes.under_way.get(raw["update_id"])) is not None:
            await asyncio.shield(handling)
        return web.Response()

    def _begin(self, raw: dict[str, Any]) -> None:
        """See that the update is handled, unless it is one that came before."""
        number = raw["update_id"]
        if number in self._seen or number in self._lanes.under_way:
            return
        self._seen[number] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        update = self._intake.read(raw)
        if update is not None:
            self._lanes.take(update)


def secret_of(token: str) -> str:
    """A secret for the webhook where none is set: nobody who does not know the token can tell it."""
    return hashlib.sha256(f"webhook {token}".encode()).hexdigest()


async def _content(request: web.Request) -> dict[str, Any]:
    try:
        raw = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise web.HTTPBadRequest
    return raw

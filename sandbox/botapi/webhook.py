"""Webhooks: updates pushed to the bot's own address, which in the sandbox may be plain HTTP but must be on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request
from sandbox.people import Bot, Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 5.0
PATIENCE = aiohttp.ClientTimeout(total=60)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
Perform = Callable[[Bot, str, dict[str, Any]], Awaitable[Any]]


def set_webhook(call: Call) -> bool:
    """Push from now on; an empty url ends it."""
    if not call.get("url"):
        return delete_webhook(call)
    if urlsplit(call.get("url")).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: this server pushes to loopback only")
    secret = call.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= call.get("max_connections", 40) <= 100:
        raise bad_request("max_connections must be from 1 to 100")
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    if "allowed_updates" in call.parameters:
        call.bot.allowed = list(call.get("allowed_updates")) or None
    call.bot.webhook = Webhook(call.get("url"), secret, call.get("max_connections", 40))
    call.bot.pollers += 1  # a waiting poll ends
    call.bot.arrived.set()
    return True


def delete_webhook(call: Call) -> bool:
    """Back to long polling."""
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.webhook = None
    call.bot.arrived.set()
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    """Where updates go, how many wait, and what went wrong last."""
    webhook = call.bot.webhook
    info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": len(call.bot.updates)}
    if webhook is None:
        return info
    info |= {"url": webhook.url, "max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    info |= {"allowed_updates": call.bot.allowed} if call.bot.allowed else {}
    if webhook.error is not None:
        info |= {"last_error_date": webhook.error[0], "last_error_message": webhook.error[1]}
    return info


class Pusher:
    """Pushes one bot's updates in order while it has a webhook; `perform` does what a webhook's answer asks for."""

    def __init__(self, bot: Bot, perform: Perform, now: Callable[[], int]) -> None:
        self._bot = bot
        self._perform = perform
        self._now = now
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End pushing."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            pause = FIRST_RETRY_S
            while True:
                webhook = self._bot.webhook
                if webhook is None or not self._bot.updates:
                    self._bot.arrived.clear()
                    await self._bot.arrived.wait()
                elif await self._push(http, webhook, self._bot.updates[0]):
                    pause = FIRST_RETRY_S
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LAST_RETRY_S)

    async def _push(self, http: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            async with http.post(webhook.url, json=update, headers=headers, allow_redirects=False) as answer:
                body = await answer.read()
                if answer.status // 100 != 2:
                    webhook.error = self._now(), f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    return False
        except TimeoutError:
            webhook.error = self._now(), "Read timeout expired"
            return False
        except aiohttp.ClientError:
            webhook.error = self._now(), "Connection refused"
            return False
        if update in self._bot.updates:
            self._bot.updates.remove(update)
        await self._answer(body)
        return True

    async def _answer(self, body: bytes) -> None:
        """The webhook may answer with a method and its parameters as JSON; anything else says nothing."""
        wanted = None
        with contextlib.suppress(ValueError):
            wanted = json.loads(body)
        if isinstance(wanted, dict) and isinstance(wanted.get("method"), str):
            await self._perform(self._bot, wanted.pop("method"), wanted)

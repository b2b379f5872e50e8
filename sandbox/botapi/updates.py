"""How a bot gets its updates: by long polling."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sandbox.botapi.refusal import RefusalError
from sandbox.people import Bot

MAX_UPDATES = 100
MAX_WAIT_S = 50.0
BESIDE_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
TWO_POLLERS = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def get_updates(bot: Bot, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The updates from `offset` on, which confirms those before it; waits for the first one up to `timeout` seconds.

    A negative offset counts from the end and forgets the rest. `allowed_updates` are remembered, and do not touch what has
    come already. Raises RefusalError 409 beside a webhook, and when another poll takes over.
    """
    if bot.webhook is not None:
        raise RefusalError(409, BESIDE_WEBHOOK)
    if "allowed_updates" in parameters:
        bot.allowed = list(parameters["allowed_updates"]) or None
    _confirm(bot, parameters.get("offset", 0))
    await _take_over(bot)
    if not bot.updates:
        await _wait(bot, min(float(parameters.get("timeout", 0)), MAX_WAIT_S))
    return bot.updates[: min(max(parameters.get("limit", MAX_UPDATES), 1), MAX_UPDATES)]


def _confirm(bot: Bot, offset: int) -> None:
    if offset < 0:
        bot.updates = bot.updates[offset:]
    else:
        bot.updates = [update for update in bot.updates if update["update_id"] >= offset]


async def _take_over(bot: Bot) -> None:
    """A poll that was waiting before ends, as Telegram ends it."""
    bot.pollers += 1
    bot.arrived.set()
    bot.arrived = asyncio.Event()
    await asyncio.sleep(0)


async def _wait(bot: Bot, seconds: float) -> None:
    mine, arrived = bot.pollers, bot.arrived
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await arrived.wait()
    if bot.pollers != mine:
        raise RefusalError(409, TWO_POLLERS)

"""The commands role: asks Telegram for updates and hands them to the dispatcher.

aiogram's own loop is stuck for good at one update that it cannot read (the whole answer fails, and is asked for again),
and does not wait for handlers when it stops. Here updates are read one by one, and confirmed only when they are done with:
one that a crash interrupts comes again. Whoever is slow holds up nobody else: what came after is asked for meanwhile.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Iterable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.intake import Intake, Lanes

logger = logging.getLogger(__name__)

LONG_POLL = 30  # seconds
PATIENCE = 0.1  # seconds that what is being handled gets before newer updates are asked for
BACKOFF = BackoffConfig(min_delay=0.5, max_delay=30.0, factor=2.0, jitter=0.1)


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with its updates as they came (core.telegram.org/bots/api#getupdates)."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    allowed_updates: list[str]
    limit: int = 100


class Polling:
    """Long polling until `stop()`: updates of one chat are handled in order, those of different chats at once."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, *, long_poll: int = LONG_POLL, backoff: BackoffConfig = BACKOFF
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._intake = Intake(bot, dispatcher)
        self._long_poll = long_poll
        self._backoff = Backoff(backoff)
        self._stopping = asyncio.Event()
        self._lanes = Lanes(self._intake)
        self._seen: set[int] = set()
        self._next = 0

    def stop(self) -> None:
        """End `run` when the updates in hand are done with."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped. Raises TelegramUnauthorizedError or TelegramNotFound for a token nobody knows."""
        try:
            while not self._stopping.is_set():
                self._take(await self._until_stopped(self._fetch()))
                await self._lanes.finish(PATIENCE)
        finally:
            await self._lanes.finish()
            await self._dispatcher.emit_shutdown()
        await self._confirm()

    @property
    def _offset(self) -> int:
        """The first update that is not done with; every earlier one is confirmed by asking from here on."""
        return min(self._lanes.under_way, default=self._next)

    async def _until_stopped(self, waiting: Awaitable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        fetching, stopping = asyncio.ensure_future(waiting), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await fetching if fetching.done() else []
        finally:
            for task in (fetching, stopping):
                task.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def _fetch(self) -> list[dict[str, Any]]:
        try:
            updates = await self._ask(0 if self._lanes.under_way else self._long_poll)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
            return []
        except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
            await self._after_failure(error)
            return []
        self._backoff.reset()
        return updates

    async def _after_failure(self, error: Exception) -> None:
        logger.warning("no updates, trying again: error=%s: %s", type(error).__name__, getattr(error, "message", ""))
        if isinstance(error, TelegramConflictError) and "webhook" in error.message:
            with contextlib.suppress(TelegramAPIError):
                await self._bot.delete_webhook()
        await self._backoff.asleep()

    async def _ask(self, long_poll: int, limit: int = 100) -> list[dict[str, Any]]:
        asked = {"offset": self._offset, "allowed_updates": self._intake.allowed, "limit": limit}
        method = GetRawUpdates(timeout=long_poll, **asked)
        return await self._bot(method, request_timeout=int(self._bot.session.timeout) + long_poll)

    async def _confirm(self) -> None:
        """Tell Telegram which updates are done with, so that the next start does not get them again."""
        if self._next:
            with contextlib.suppress(TelegramAPIError, ClientDecodeError, TimeoutError):
                await self._ask(0, limit=1)

    def _take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Begin what is new among these updates; what is still being handled comes again with them."""
        for raw in updates:
            number = raw["update_id"]
            if number in self._seen:
                continue
            self._seen.add(number)
            self._next = max(self._next, number + 1)
            update = self._intake.read(raw)
            if update is not None:
                self._lanes.take(update)
        self._seen = {number for number in self._seen if number >= self._offset}

"""The commands role: asks Telegram for updates and hands them to the dispatcher.

aiogram's own loop is stuck for good at one update that it cannot read (the whole answer fails, and is asked for again),
and does not wait for handlers when it stops. Here updates are read one by one, and a batch is confirmed only when it is
done with: one that a crash interrupts comes again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Sequence
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from aiogram.utils.backoff import Backoff, BackoffConfig
from pydantic import ValidationError

logger = logging.getLogger(__name__)

LONG_POLL = 30  # seconds
BACKOFF = BackoffConfig(min_delay=0.5, max_delay=30.0, factor=2.0, jitter=0.1)
REPLY_WAIT = 5  # seconds that a reply is worth waiting for when Telegram asks us to
REPLY_TIMEOUT = 15  # seconds


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
        self._allowed = dispatcher.resolve_used_update_types()
        self._long_poll = long_poll
        self._backoff = Backoff(backoff)
        self._stopping = asyncio.Event()
        self._offset = 0

    def stop(self) -> None:
        """End `run` when the batch in hand is done with."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped. Raises TelegramUnauthorizedError or TelegramNotFound for a token nobody knows."""
        while not self._stopping.is_set():
            updates = await self._until_stopped(self._fetch())
            if updates:
                await self._handle(updates)
        await self._confirm()

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
            updates = await self._ask(self._long_poll)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
            return []
        except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
            logger.warning("no updates, trying again: %s: %s", type(error).__name__, getattr(error, "message", ""))
            await self._backoff.asleep()
            return []
        self._backoff.reset()
        return updates

    async def _ask(self, long_poll: int, limit: int = 100) -> list[dict[str, Any]]:
        method = GetRawUpdates(offset=self._offset, timeout=long_poll, allowed_updates=self._allowed, limit=limit)
        return await self._bot(method, request_timeout=int(self._bot.session.timeout) + long_poll)

    async def _confirm(self) -> None:
        """Tell Telegram which updates are done with, so that the next start does not get them again."""
        if self._offset:
            with contextlib.suppress(TelegramAPIError, ClientDecodeError, TimeoutError):
                await self._ask(0, limit=1)

    async def _handle(self, updates: Sequence[dict[str, Any]]) -> None:
        chats: dict[int | None, list[Update]] = {}
        for raw in updates:
            update = self._read(raw)
            if update is not None:
                context = UserContextMiddleware.resolve_event_context(update)
                chats.setdefault(context.chat_id or context.user_id, []).append(update)
        await asyncio.gather(*(self._handle_in_order(chat) for chat in chats.values()))
        self._offset = max(raw["update_id"] for raw in updates) + 1

    def _read(self, raw: dict[str, Any]) -> Update | None:
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            logger.error("update %s cannot be read and is left out: %d faults", raw["update_id"], error.error_count())
            return None

    async def _handle_in_order(self, updates: Sequence[Update]) -> None:
        for update in updates:
            try:
                reply = await self._dispatcher.feed_update(self._bot, update)
            except Exception:
                logger.exception("update %d failed", update.update_id)
                continue
            if isinstance(reply, TelegramMethod):
                await send_reply(self._bot, reply)


async def send_reply(bot: Bot, reply: TelegramMethod[Any]) -> None:
    """Send a handler's reply; one that Telegram refuses is logged and given up, since the person can ask again."""
    try:
        try:
            await bot(reply, request_timeout=REPLY_TIMEOUT)
        except TelegramRetryAfter as error:
            if error.retry_after > REPLY_WAIT:
                raise
            await asyncio.sleep(error.retry_after)
            await bot(reply, request_timeout=REPLY_TIMEOUT)
    except TelegramForbiddenError as error:
        logger.info("nobody there to reply to: %s", error.message)
    except TelegramBadRequest as error:
        level = (
            logging.DEBUG if "not modified" in error.message or "query is too old" in error.message else logging.ERROR
        )
        logger.log(level, "a reply was refused: %s", error.message)
    except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
        logger.warning("a reply was lost: %s", type(error).__name__)
    except Exception:
        logger.exception("a reply could not be sent")

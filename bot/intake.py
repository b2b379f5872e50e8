"""One update on its way through the bot, however it came: read, handled, replied to."""

import asyncio
import logging
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from monitor.incoming import stored_text

logger = logging.getLogger(__name__)

GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
"""What Telegram says of a message that somebody deleted, or that is too old."""
REPLY_WAIT = 5  # seconds that a reply is worth waiting for when Telegram asks us to
REPLY_TIMEOUT = 15  # seconds
AGAIN_S = 1.0


class Intake:
    """Hands updates to the dispatcher and sends what its handlers reply. Nothing that goes wrong with one gets out of here."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self.allowed = dispatcher.resolve_used_update_types()
        """The kinds of updates that anything here listens to."""

    def read(self, raw: dict[str, Any]) -> Update | None:
        """The update; None, and a line in the log, for one that this version of the library cannot read."""
        try:
            update = Update.model_validate(storable(raw), context={"bot": self._bot})
            logger.debug("an update: update=%d kind=%s", update.update_id, update.event_type)
        except UpdateTypeLookupError:
            logger.error("an update of a kind that is not known is left out: update=%s", raw["update_id"])
            return None
        except ValidationError as error:
            logger.error(
                "an update cannot be read and is left out: update=%s (%d faults)", raw["update_id"], error.error_count()
            )
            return None
        return update

    async def handle(self, update: Update) -> None:
        """Let the handlers see the update and send their reply."""
        try:
            reply = await self._dispatcher.feed_update(self._bot, update)
        except Exception:
            logger.exception("an update failed: update=%d", update.update_id)
            return
        if isinstance(reply, TelegramMethod):
            await send_reply(self._bot, reply)


class Lanes:
    """Handles updates: those of one chat one after the other, as they were taken, those of different chats at once."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._last: dict[int | None, asyncio.Task[None]] = {}
        self.under_way: dict[int, asyncio.Task[None]] = {}
        """What is not done with, by the update's id; what is cancelled stays."""

    def take(self, update: Update) -> None:
        """Handle the update when those before it in its lane are done with."""
        lane = lane_of(update)
        task = asyncio.create_task(self._handle(update, lane, self._last.get(lane)))
        self._last[lane] = self.under_way[update.update_id] = task

    async def finish(self, patience_s: float | None = None) -> None:
        """Wait until what is under way now is done with, or for this many seconds."""
        if self.under_way:
            await asyncio.wait(self.under_way.values(), timeout=patience_s)

    async def _handle(self, update: Update, lane: int | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        await self._intake.handle(update)
        del self.under_way[update.update_id]
        if self._last[lane] is asyncio.current_task():
            del self._last[lane]


def storable(value: Any) -> Any:
    """What an update holds with no character that a database refuses; each is as long as before, so entities stay where they are."""
    match value:
        case str():
            return stored_text(value.replace("\x00", " "))
        case dict():
            return {key: storable(content) for key, content in value.items()}
        case list():
            return [storable(content) for content in value]
        case _:
            return value


def lane_of(update: Update) -> int | None:
    """Updates of one chat, or of one person outside of chats, are handled in order: what names their lane."""
    context = UserContextMiddleware.resolve_event_context(update)
    return context.chat_id or context.user_id


async def send_reply(bot: Bot, reply: TelegramMethod[Any]) -> None:
    """Send a handler's reply; one that Telegram refuses is logged and given up, since the person can ask again."""
    try:
        await _send(bot, reply)
    except TelegramForbiddenError as error:
        logger.info("nobody there to reply to: error=%s", error.message)
    except TelegramBadRequest as error:
        if (again := _beside(reply, error.message)) is not None:
            await send_reply(bot, again)
            return
        level = (
            logging.DEBUG if "not modified" in error.message or "query is too old" in error.message else logging.ERROR
        )
        logger.log(level, "a reply was refused: %s", error.message)
    except (TelegramAPIError, ClientDecodeError, TimeoutError) as error:
        logger.warning("a reply was lost: error=%s", type(error).__name__)
    except Exception:
        logger.exception("a reply could not be sent")


async def _send(bot: Bot, reply: TelegramMethod[Any]) -> None:
    """Send it, and once more if it was not taken for no fault of its own, or the line broke: better twice than never."""
    try:
        await bot(reply, request_timeout=REPLY_TIMEOUT)
    except TelegramRetryAfter as error:
        if error.retry_after > REPLY_WAIT:
            raise
        await asyncio.sleep(error.retry_after)
    except (TelegramServerError, TelegramNetworkError, ClientDecodeError) as error:
        if isinstance(error.__cause__, TimeoutError):  # nobody looks at the screen any more
            raise
        logger.info("a reply is sent again: error=%s", type(error).__name__)
        await asyncio.sleep(AGAIN_S)
    else:
        return
    await bot(reply, request_timeout=REPLY_TIMEOUT)


def _beside(reply: TelegramMethod[Any], reason: str) -> SendMessage | None:
    """What was to stand in the place of a message that is gone, as a message of its own."""
    if not isinstance(reply, EditMessageText) or reply.chat_id is None or reply.text is None:
        return None
    if not any(words in reason.lower() for words in GONE):
        return None
    fields = ("chat_id", "text", "entities", "parse_mode", "link_preview_options", "reply_markup")
    return SendMessage(**{name: getattr(reply, name) for name in fields})

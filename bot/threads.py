"""In private chats with threads, one for each topic: made when somebody subscribes, renamed with the topic."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import TelegramObject

from bot.middlewares import Next
from monitor import threads
from monitor.database import Sessions
from monitor.threads import Wish

logger = logging.getLogger(__name__)

AT_ONCE = 5  # threads made or renamed after one update; the others follow after the next
ASKED_EVERY = timedelta(hours=1)
"""How often Telegram is asked whether the bot has threads: that is switched in @BotFather."""
GONE = ("thread not found", "topic_id_invalid", "topic_deleted")


class ThreadsMiddleware(BaseMiddleware):
    """After an update from a private chat brings its threads in line with what the chat is told of.

    Stands before SessionMiddleware: what the handler did is committed by then. A thread's id is written down as soon as Telegram has
    told it, since there is no asking which threads there are.
    """

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._ask_after: datetime | None = None
        self._enabled = False

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        reply = await handler(event, data)
        context: EventContext = data["event_context"]
        if context.chat is not None and context.chat.type == ChatType.PRIVATE:
            try:
                if await self._has_threads(data["bot"]):
                    await self._bring_in_line(data["bot"], context.chat.id)
            except Exception:
                logger.exception("threads could not be brought in line; the next update tries again")
        return reply

    async def _has_threads(self, bot: Bot) -> bool:
        if self._ask_after is None or self._ask_after <= self._clock():
            self._ask_after = self._clock() + ASKED_EVERY
            self._enabled = bool((await bot.get_me()).has_topics_enabled)
        return self._enabled

    async def _bring_in_line(self, bot: Bot, chat_id: int) -> None:
        async with self._sessions(quick=True) as session:
            wishes = await threads.wishes(session, chat_id, AT_ONCE)
        for wish in wishes:
            try:
                thread_id = await _fulfil(bot, chat_id, wish)
            except TelegramAPIError as error:
                logger.info("no thread: topic=%d error=%s", wish.topic_id, error.message)
                return
            async with self._sessions.begin(quick=True) as session:
                await threads.settle(session, wish, thread_id)


async def _fulfil(bot: Bot, chat_id: int, wish: Wish) -> int:
    """The thread, made or renamed; one that the person has deleted is made anew."""
    try:
        if wish.thread_id:
            await bot.edit_forum_topic(chat_id, wish.thread_id, name=wish.name)
            return wish.thread_id
    except TelegramBadRequest as error:
        if "not_modified" in error.message.lower():
            return wish.thread_id
        if not any(reason in error.message.lower() for reason in GONE):
            raise
    return (await bot.create_forum_topic(chat_id, wish.name)).message_thread_id

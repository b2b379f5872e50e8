"""A thread that is gone is made anew where something is owed to it."""

import logging
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramForbiddenError

from bot.desk import Desk
from bot.reactions import Letter
from bot.sending import TIMEOUT

logger = logging.getLogger(__name__)


class Rehousing:
    """Gives letters new threads, and remembers those that the database was not there to keep."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self._bot = bot
        self._desk = desk
        self._made: dict[tuple[int, int], int] = {}  # {(subscriber, thread that is gone): the new one}

    async def rehouse(self, subscriber_id: int, letter: Letter) -> Letter:
        """The letter with a new thread in place of one that is gone, or none where none can be made."""
        gone = letter.thread_id
        name = await self._desk.thread_name(subscriber_id, gone)
        if name is None:
            return replace(letter, thread_id=0)
        thread_id = self._made.get((subscriber_id, gone))
        try:
            if thread_id is None:
                made = await self._bot.create_forum_topic(letter.chat_id, name, request_timeout=TIMEOUT)
                self._made[subscriber_id, gone] = thread_id = made.message_thread_id
        except (TelegramBadRequest, TelegramForbiddenError, ClientDecodeError) as error:
            logger.info("no thread: chat=%d error=%s", letter.chat_id, error.message)
            return replace(letter, thread_id=0)
        await self._desk.move_thread(subscriber_id, gone, thread_id, name)
        del self._made[subscriber_id, gone]
        return replace(letter, thread_id=thread_id)

"""Work that takes longer than an answer may: done beside the handlers, and answered when it is done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod

from bot.charts.painter import Painter
from bot.intake import send_reply
from monitor.database import Sessions
from monitor.errors import MonitorError

logger = logging.getLogger(__name__)

PATIENCE_S = 5  # for what is under way when the program ends
Reply = TelegramMethod[Any] | None
Work = Callable[[Bot, Sessions], Awaitable[Reply]]


class BusyError(MonitorError):
    """The last picture or file for this chat is still being made: wait for it."""

    code = "busy"


class Workshop:
    """One piece of work a chat at a time; `painter` draws. `close` lets what is under way end, though not for long."""

    def __init__(self, sessions: Sessions) -> None:
        self.painter = Painter()
        self._sessions = sessions
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def start(self, bot: Bot, owner: int, work: Work, refusal: Callable[[Exception], TelegramMethod[Any]]) -> None:
        """Do the work for the subscriber `owner` and send what it returns, or what `refusal` says of its error. Raises BusyError."""
        if owner in self._tasks:
            raise BusyError
        task = asyncio.get_running_loop().create_task(self._do(bot, work, refusal))
        self._tasks[owner] = task
        task.add_done_callback(lambda _: self._tasks.pop(owner, None))

    async def close(self) -> None:
        """Wait for what is under way, then cancel it."""
        if tasks := list(self._tasks.values()):
            _, late = await asyncio.wait(tasks, timeout=PATIENCE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.painter.close()

    async def _do(self, bot: Bot, work: Work, refusal: Callable[[Exception], TelegramMethod[Any]]) -> None:
        try:
            reply = await work(bot, self._sessions)
        except MonitorError as error:
            logger.info("refused: error=%s", error.code)
            reply = refusal(error)
        except Exception as error:
            logger.exception("work failed")
            reply = refusal(error)
        if reply is not None:
            await send_reply(bot, reply)

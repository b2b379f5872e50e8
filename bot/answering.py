"""Answers keep the pace too, but go before whatever else waits: somebody looks at the screen for them."""

import asyncio
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.pace import Pace

relayed: ContextVar[bool] = ContextVar("relayed", default=False)
"""Set where the relay sends, which has waited for its turn already."""
MESSAGES = ("send", "copy", "forward")
OTHER = frozenset({"sendChatAction"})


class AnswerPace(BaseRequestMiddleware):
    """A middleware of the bot's session: every message that is not the relay's waits for the pace of answers."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        chat_id: Any = getattr(method, "chat_id", None)
        name = method.__api_method__
        if isinstance(chat_id, int) and name.startswith(MESSAGES) and name not in OTHER and not relayed.get():
            while wait := self._pace.answer_wait(chat_id):  # noqa: ASYNC110 -- others may take their turn meanwhile
                await asyncio.sleep(wait)
            self._pace.take(chat_id)
        return await make_request(bot, method)

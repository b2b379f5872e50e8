"""Counts how often the Bot API asks to wait."""

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from monitor.meter import Meter


class FloodCount(BaseRequestMiddleware):
    """A middleware of the bot's session: sees the answers to alerts and to commands alike."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            self._meter.flooded("bot", error.retry_after)
            raise

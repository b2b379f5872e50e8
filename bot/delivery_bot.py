"""From settings to the aiogram bot."""

from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientTimeout

from bot.settings import BotSettings
from monitor.errors import MonitorError

CONNECTING_S = 10


class _Session(AiohttpSession):
    """Tells requests that never left from those that were not answered: connecting has a limit of its own.

    A gateway's own page, in whatever characters, is an answer that cannot be read like any other.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 -- aiogram's
    ) -> TelegramType:
        """As aiogram's."""
        limits = ClientTimeout(total=self.timeout if timeout is None else timeout, sock_connect=CONNECTING_S)
        try:
            return await super().make_request(bot, method, cast(int, limits))  # aiohttp, whom it is for, takes both
        except UnicodeDecodeError as error:
            raise ClientDecodeError("Failed to decode characters", error, error.object) from error


class BadTokenError(MonitorError):
    """[bot] token is missing, or Telegram does not know it: get one from @BotFather."""

    code = "bad_token"


def create_bot(settings: BotSettings) -> Bot:
    """A bot on the API server of the settings. Raises BadTokenError."""
    session = _Session(api=TelegramAPIServer.from_base(settings.api_url.rstrip("/")))
    try:
        return Bot(settings.token.get_secret_value(), session=session)
    except TokenValidationError:
        raise BadTokenError from None

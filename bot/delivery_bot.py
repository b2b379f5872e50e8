"""From settings to the aiogram bot."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.token import TokenValidationError

from bot.settings import BotSettings
from monitor.errors import MonitorError


class BadTokenError(MonitorError):
    """[bot] token is missing, or Telegram does not know it: get one from @BotFather."""

    code = "bad_token"


def create_bot(settings: BotSettings) -> Bot:
    """A bot on the API server of the settings. Raises BadTokenError."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.api_url.rstrip("/")))
    try:
        return Bot(settings.token.get_secret_value(), session=session)
    except TokenValidationError:
        raise BadTokenError from None

"""From settings to the aiogram bot."""

import re
from http import HTTPStatus
from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError, ClientTimeout

from bot.settings import BotSettings
from monitor.errors import MonitorError

CONNECTING_S = 10
WAIT_S = 5
"""To wait where we are asked to, and not for how long."""
TOO_FAST = (HTTPStatus.TOO_MANY_REQUESTS, 420)
"""420 is what Telegram's own servers say to the Bot API's (core.telegram.org/api/errors)."""
_SECONDS = re.compile(r"(?:retry after |flood_wait_|slowmode_wait_)(\d+)", re.IGNORECASE)


class _Session(AiohttpSession):
    """Tells requests that never left from those that were not answered: connecting has a limit of its own.

    What a gateway says by the status of a page of its own, in whatever characters, counts as if Telegram had said it. A redirect is
    not followed: it would lose what is asked, or carry it to somebody else.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 -- aiogram's
    ) -> TelegramType:
        """As aiogram's."""
        limits = ClientTimeout(total=self.timeout if timeout is None else timeout, sock_connect=CONNECTING_S)
        session, form = await self.create_session(), self.build_form_data(bot, method)
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(url, data=form, timeout=limits, allow_redirects=False) as answer:
                content = (await answer.read()).decode(errors="replace")
        except TimeoutError as error:
            raise TelegramNetworkError(method, "Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method, f"{type(error).__name__}: {error}") from error
        return cast(TelegramType, self.check_response(bot, method, answer.status, content).result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As aiogram's, which knows no statuses but by Telegram's own words."""
        try:
            return super().check_response(bot, method, status_code, content)
        except TelegramRetryAfter:
            raise
        except TelegramAPIError as error:
            if status_code in TOO_FAST:
                raise _wait(method, str(error.message)) from error
            raise
        except (ClientDecodeError, TypeError) as error:  # aiogram looks into the words of a 5xx, which may have none
            raise _said_by_status(method, status_code) or error from error


def _wait(method: TelegramMethod[TelegramType], words: str) -> TelegramRetryAfter:
    found = _SECONDS.search(words)
    return TelegramRetryAfter(method, words, max(1, int(found[1])) if found else WAIT_S)


def _said_by_status(method: TelegramMethod[TelegramType], status: int) -> TelegramAPIError | None:
    """What a page says that is no answer of the Bot API's; None if nothing."""
    words = f"{status} {HTTPStatus(status).phrase}" if status in {*HTTPStatus} else str(status)
    if status in TOO_FAST:
        return _wait(method, words)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TelegramEntityTooLarge(method, words)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return TelegramServerError(method, f"{words}: [bot] api_url leads elsewhere")
    return TelegramServerError(method, words) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None


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

"""From an exception to a sentence in the reader's language: `error-<code>` in the locales, for every MonitorError."""

import logging
from collections.abc import Callable
from typing import Any

from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery, SendMessage
from aiogram.types import CallbackQuery, InlineQuery, InlineQueryResultsButton, Message, TelegramObject
from sqlalchemy.exc import DBAPIError

from bot import views
from bot.handlers.replies import reply
from bot.i18n import Translator, negotiate, translator
from bot.middlewares import Next
from bot.views.draft import shorten
from monitor.errors import MonitorError
from monitor.query.syntax import QuerySyntaxError
from monitor.troubles import meaning

logger = logging.getLogger(__name__)

BUTTON_LIMIT = 64  # UTF-16 units: what a phone shows of the line above inline results
ALERT_LIMIT = 200  # characters: core.telegram.org/bots/api#answercallbackquery


def sentence(error: Exception, l10n: Translator) -> str:
    """What to tell a person about the error. Any but a MonitorError is a fault of ours and says nothing of itself."""
    if not isinstance(error, MonitorError):
        return l10n("error-unexpected")
    params = dict(error.params)
    if isinstance(error, QuerySyntaxError):
        params["position"] = error.position + 1  # people count from one
    return l10n(f"error-{error.code}", **params)


def refusal(message: Message, l10n: Translator) -> Callable[[Exception], SendMessage]:
    """What answers the message when work for it that is done beside the handlers ends in an error."""
    return lambda error: message.answer(sentence(error, l10n), parse_mode=None)


async def answer_errors(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A middleware around the transaction, which is rolled back by then: returns the sentence as the reply."""
    try:
        return await handler(event, data)
    except (SkipHandler, CancelHandler):
        raise
    except MonitorError as error:
        logger.info("refused: error=%s user=%s", error.code, data["event_context"].user_id)
        said = sentence(error, _translator(data))
        if isinstance(error, QuerySyntaxError) and isinstance(event, Message):
            return reply(event, views.mistake(said, error.query, error.position))
        return _reply(event, said)
    except DBAPIError as error:
        if (meant := meaning(error)) is None:
            logger.exception("a handler failed")
        else:
            logger.error("cannot be written down: error=%s", meant.code)
        return _reply(event, sentence(meant or error, _translator(data)))
    except Exception as error:
        logger.exception("a handler failed")
        return _reply(event, sentence(error, _translator(data)))


def _translator(data: dict[str, Any]) -> Translator:
    if isinstance(known := data.get("l10n"), Translator):
        return known
    context: EventContext = data["event_context"]
    return translator(negotiate(context.user.language_code if context.user else None))


def _reply(event: TelegramObject, text: str) -> SendMessage | AnswerCallbackQuery | AnswerInlineQuery | None:
    match event:
        case InlineQuery():
            button = InlineQueryResultsButton(text=shorten(text, BUTTON_LIMIT), start_parameter="help")
            return event.answer([], is_personal=True, cache_time=0, button=button)
        case CallbackQuery():
            return event.answer(text[:ALERT_LIMIT], show_alert=True)
        case Message():
            return event.answer(text, parse_mode=None)
        case _:
            return None

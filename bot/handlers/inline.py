"""`@bot query` in any chat."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import AnswerInlineQuery
from aiogram.types import InlineQuery, InlineQueryResultsButton
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.search import LINK, new_token
from bot.i18n import Translator
from monitor import questions, search
from monitor.models import Subscriber

RESULTS = 20
CACHE_S = 15  # how long Telegram may give the same person the same answer


def create_router() -> Router:
    """Searches from other chats."""
    router = Router(name="inline")
    router.inline_query.register(answer)
    return router


async def answer(
    query: InlineQuery,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> AnswerInlineQuery:
    if not query.query.strip():
        return _answered(query, None, _button(l10n("inline-hint"), "help"), l10n)
    await questions.require_room(reading, subscriber, now)
    before = int(query.offset) if query.offset.isdecimal() else None
    page = await search.search(reading, query.query, before=before, limit=RESULTS, now=now)
    if not page.posts:
        return _answered(query, page, _button(l10n("inline-nothing"), "help"), l10n)
    token = await questions.link(session, subscriber, query.query, now, new_token())
    return _answered(query, page, _button(l10n("inline-all"), LINK + token), l10n)


def _answered(
    query: InlineQuery, page: search.Page | None, button: InlineQueryResultsButton, l10n: Translator
) -> AnswerInlineQuery:
    """Personal, since who may ask is decided person by person; Telegram asks for more with the offset of the last page."""
    return query.answer(
        [views.inline_result(found, l10n) for found in page.posts] if page else [],
        cache_time=CACHE_S,
        is_personal=True,
        next_offset=str(page.next) if page and page.next else "",
        button=button,
    )


def _button(text: str, parameter: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(text=text, start_parameter=parameter)

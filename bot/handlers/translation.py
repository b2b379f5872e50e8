"""The button under a post in another language."""

from collections.abc import Callable
from datetime import datetime

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import TranslatePost
from bot.handlers.replies import reply
from bot.i18n import Translator
from monitor import translations
from monitor.models import Channel, Subscriber


def create_router() -> Router:
    """Posts in the reader's language."""
    router = Router(name="translation")
    router.callback_query.register(translate, TranslatePost.filter())
    return router


async def translate(
    query: CallbackQuery,
    callback_data: TranslatePost,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    account_wanted: Callable[[], None],
) -> SendMessage | AnswerCallbackQuery:
    post, kept = await translations.known(session, callback_data.post, subscriber.locale)
    if kept is not None and isinstance(query.message, Message):
        channel = await session.get_one(Channel, post.channel_id)
        return reply(query.message, views.translation(post, channel, kept, l10n))
    await translations.request(session, subscriber, post, subscriber.locale, now)
    event.listen(session.sync_session, "after_commit", lambda _: account_wanted(), once=True)
    return query.answer(l10n("translating"))

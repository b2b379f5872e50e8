"""/pictures, and the button under an alert whose pictures the preview does not show."""

from collections.abc import Callable
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import PicturesOf, ShowPictures
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.rights import CHANGES
from monitor import pictures, subscribers
from monitor.models import Subscriber

CHOICES = {"on": True, "off": False}


def create_router() -> Router:
    """Pictures of posts."""
    router = Router(name="pictures")
    router.message.register(choose, Command("pictures"), flags=CHANGES)
    router.callback_query.register(chosen, ShowPictures.filter(), flags=CHANGES)
    router.callback_query.register(show, PicturesOf.filter())
    return router


async def choose(
    message: Message, command: CommandObject, session: AsyncSession, subscriber: Subscriber, l10n: Translator
) -> SendMessage:
    wanted = CHOICES.get((command.args or "").strip().lower())
    if wanted is not None:
        await subscribers.show_pictures(session, subscriber, wanted)
    return reply(message, views.showing(subscriber.shows_pictures, l10n))


async def chosen(
    query: CallbackQuery, callback_data: ShowPictures, session: AsyncSession, subscriber: Subscriber, l10n: Translator
) -> EditMessageText | None:
    if callback_data.always == subscriber.shows_pictures:
        return None
    await subscribers.show_pictures(session, subscriber, callback_data.always)
    return replace(query, views.showing(callback_data.always, l10n))


async def show(
    query: CallbackQuery,
    callback_data: PicturesOf,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    account_wanted: Callable[[], None],
) -> AnswerCallbackQuery:
    await pictures.request(session, subscriber.id, callback_data.post, now)
    event.listen(session.sync_session, "after_commit", lambda _: account_wanted(), once=True)
    return query.answer(l10n("pictures-coming"))

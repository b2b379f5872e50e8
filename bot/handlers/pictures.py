"""/pictures, and the button under an alert whose pictures the preview does not show."""

from collections.abc import Callable
from datetime import datetime

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import PicturesOf, ShowPictures
from bot.handlers.switch import Switch
from bot.i18n import Translator
from monitor import pictures, subscribers
from monitor.models import Subscriber

SWITCH = Switch(lambda subscriber: subscriber.shows_pictures, subscribers.show_pictures, views.showing)


def create_router() -> Router:
    """Pictures of posts."""
    router = Router(name="pictures")
    SWITCH.register(router, "pictures", ShowPictures)
    router.callback_query.register(show, PicturesOf.filter())
    return router


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

"""/admin: how everything is doing, messages that were given up, who is let in, what admins did."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import AdminPage, SendAgain
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import admins_only
from bot.timings import Timings
from bot.views import Rendered
from monitor import audit, members
from monitor.dead_letters import dead_letters, send_again
from monitor.health import health
from monitor.models import Standing

SLOWEST = 3
LETTERS = 8
PEOPLE = 10  # of each standing
ACTIONS = 20


def create_router() -> Router:
    """What admins look at."""
    router = Router(name="admin")
    router.message.middleware(admins_only)
    router.callback_query.middleware(admins_only)
    router.message.register(show, Command("admin"))
    router.callback_query.register(turn, AdminPage.filter())
    router.callback_query.register(resend, SendAgain.filter())
    return router


async def show(
    message: Message, reading: AsyncSession, timings: Timings, l10n: Translator, now: datetime
) -> SendMessage:
    return reply(message, await _page("home", reading, timings, l10n, now))


async def turn(
    query: CallbackQuery,
    callback_data: AdminPage,
    reading: AsyncSession,
    timings: Timings,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    return replace(query, await _page(callback_data.name, reading, timings, l10n, now))


async def resend(
    query: CallbackQuery, callback_data: SendAgain, session: AsyncSession, l10n: Translator, now: datetime
) -> EditMessageText | None:
    await send_again(session, callback_data.delivery or None, query.from_user.id, now)
    return replace(query, views.dead_letters(await dead_letters(session, LETTERS), l10n))


async def _page(name: str, session: AsyncSession, timings: Timings, l10n: Translator, now: datetime) -> Rendered:
    """The page of this name; the first one for a name that an older version knew."""
    match name:
        case "dead":
            return views.dead_letters(await dead_letters(session, LETTERS), l10n)
        case "people":
            asking = await members.standing(session, Standing.ASKED, PEOPLE)
            return views.people(asking, await members.standing(session, Standing.ADMITTED, PEOPLE), l10n)
        case "log":
            return views.actions(await audit.recent(session, ACTIONS), l10n)
        case _:
            return views.health(await health(session, now), timings.slowest(SLOWEST), now, l10n)

"""/quiet, /snooze, /timezone, /digest: when the bot may ring, and when it gathers."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendMessage
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.replies import reply
from bot.i18n import Translator, translator
from bot.rights import CHANGES
from bot.weekdays import with_weekdays
from bot.zones import zone_label, zone_named
from monitor import digest
from monitor import quiet as silence
from monitor.models import Subscriber


def create_router() -> Router:
    """When to be quiet."""
    router = Router(name="quiet")
    for handler in (quiet, snooze, timezone, gather):
        name = "digest" if handler is gather else handler.__name__
        router.message.register(handler, Command(name), flags=CHANGES)
    return router


async def quiet(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if command.args:
        silence.set_quiet(subscriber, command.args)
        await digest.release(session, subscriber.id, now)
    return reply(message, views.quiet(subscriber, l10n))


async def snooze(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if command.args:
        silence.set_snooze(subscriber, command.args, now)
        await digest.release(session, subscriber.id, now)
    return reply(message, views.snoozed(subscriber, now, l10n))


async def timezone(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if command.args:
        silence.set_timezone(subscriber, zone_named(command.args))
        digest.reckon(subscriber, now)
        await session.flush()
        await digest.release(session, subscriber.id, now)
    there = translator(subscriber.locale, subscriber.timezone).hour(now)
    return reply(message, views.sentence("timezone-is", {"zone": zone_label(subscriber.timezone), "time": there}, l10n))


async def gather(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if command.args:
        digest.set_digest(subscriber, with_weekdays(command.args), now)
        await session.flush()
    return reply(message, views.gathering(subscriber, l10n))

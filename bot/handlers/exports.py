"""/export: found posts as a file."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, FSInputFile, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import ExportAs
from bot.exports import MOST, Export, workplace
from bot.handlers.errors import refusal
from bot.handlers.replies import reply
from bot.i18n import Translator
from bot.views import Rendered
from bot.workshop import Reply, Workshop
from monitor import questions
from monitor.database import Sessions
from monitor.models import Subscriber

UPLOAD_S = 300


def create_router() -> Router:
    """Files of found posts."""
    router = Router(name="exports")
    router.message.register(ask, Command("export"))
    router.callback_query.register(export, ExportAs.filter())
    return router


async def ask(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        return reply(message, views.sentence("export-usage", {}, l10n))
    kept = await questions.keep(session, subscriber, command.args, now)
    return reply(message, views.export_formats(kept, l10n))


async def export(
    query: CallbackQuery,
    callback_data: ExportAs,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    bot: Bot,
    workshop: Workshop,
) -> None:
    kept = await questions.own(session, subscriber, callback_data.search)
    if isinstance(query.message, Message):
        wanted = Export(questions.wording(kept.query, kept.filters), callback_data.form, now)
        sending = _Sending(query.message, wanted, l10n)
        workshop.start(bot, subscriber.id, sending.run, refusal(query.message, l10n))


@dataclass(frozen=True, slots=True)
class _Sending:
    """One export; `message` tells how far it is."""

    message: Message
    wanted: Export
    l10n: Translator

    async def run(self, bot: Bot, sessions: Sessions) -> Reply:
        """Write the file and send it."""
        try:
            await self._tell(0, None)
            with workplace() as folder:
                path, count = await self.wanted.write(sessions, Path(folder), self._tell)
                if count:
                    await bot(self.message.answer_document(FSInputFile(path)), request_timeout=UPLOAD_S)
        except asyncio.CancelledError:
            await self._show(views.sentence("export-interrupted", {}, self.l10n))
            raise
        await self._show(views.exported(self.wanted.query, count, count >= MOST, self.l10n))
        return None

    async def _tell(self, done: int, total: int | None) -> None:
        await self._show(views.exporting(self.wanted.query, done, total, self.l10n))

    async def _show(self, rendered: Rendered) -> None:
        with suppress(TelegramAPIError, TimeoutError):  # how far it is matters less than the file
            await self.message.edit_text(rendered.text, entities=rendered.entities, parse_mode=None)

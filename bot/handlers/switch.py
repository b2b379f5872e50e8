"""What a reader has on or off: a command that says which or sets it, and buttons that set it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import ShowPictures, TellStories
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.views import Rendered
from monitor.models import Subscriber

CHOICES = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class Switch:
    """`reads` and `sets` it of a subscriber; `shows` says how it is."""

    reads: Callable[[Subscriber], bool]
    sets: Callable[[AsyncSession, Subscriber, bool], Awaitable[None]]
    shows: Callable[[bool, Translator], Rendered]

    def register(self, router: Router, command: str, button: type[ShowPictures | TellStories]) -> None:
        """In a group it is its admins'."""
        router.message.register(self.choose, Command(command), flags=CHANGES)
        router.callback_query.register(self.chosen, button.filter(), flags=CHANGES)

    async def choose(
        self, message: Message, command: CommandObject, session: AsyncSession, subscriber: Subscriber, l10n: Translator
    ) -> SendMessage:
        """Say how it is, after `on` or `off` how it is from now on."""
        wanted = CHOICES.get((command.args or "").strip().lower())
        if wanted is not None:
            await self.sets(session, subscriber, wanted)
        return reply(message, self.shows(self.reads(subscriber), l10n))

    async def chosen(
        self,
        query: CallbackQuery,
        callback_data: ShowPictures | TellStories,
        session: AsyncSession,
        subscriber: Subscriber,
        l10n: Translator,
    ) -> EditMessageText | None:
        """Set it as the button says; nothing if it is so already."""
        if callback_data.on == self.reads(subscriber):
            return None
        await self.sets(session, subscriber, callback_data.on)
        return replace(query, self.shows(callback_data.on, l10n))

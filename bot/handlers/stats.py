"""/stats: how much was posted about something, as a picture."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendChatAction, SendMessage
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import DrawStats
from bot.handlers.errors import refusal
from bot.handlers.replies import reply
from bot.i18n import Translator
from bot.views import Rendered
from bot.views.stats import stats_chart
from bot.workshop import Reply, Workshop
from monitor import questions, subscribers, subscriptions
from monitor.database import Sessions
from monitor.models import Subscriber, Theme
from monitor.volume import Volume, volume


def create_router() -> Router:
    """Figures as pictures."""
    router = Router(name="stats")
    router.message.register(show, Command("stats"))
    router.callback_query.register(redraw, DrawStats.filter())
    return router


async def show(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    bot: Bot,
    workshop: Workshop,
) -> SendMessage | SendChatAction:
    topics = [topic for _, topic in await subscriptions.subscriptions(session, subscriber)]
    if not command.args:
        return reply(message, views.stats_topics(topics, l10n))
    topic = next((each for each in topics if each.name.casefold() == command.args.strip().casefold()), None)
    if topic is not None:
        wanted, title, query = DrawStats(topic=topic.id), topic.name, topic.query
    else:
        kept = await questions.keep(session, subscriber, command.args, now)
        wanted, title, query = DrawStats(search=kept.id), kept.query, kept.query
    drawing = _Drawing(workshop, subscriber.theme, l10n, now, wanted, title, query)
    workshop.start(bot, subscriber.id, partial(drawing.send, message), refusal(message, l10n))
    return SendChatAction(
        chat_id=message.chat.id, action=ChatAction.UPLOAD_PHOTO, message_thread_id=subscriber.thread_id or None
    )


async def redraw(
    query: CallbackQuery,
    callback_data: DrawStats,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    bot: Bot,
    workshop: Workshop,
) -> None:
    if callback_data.theme is not None:
        await subscribers.set_theme(session, subscriber, callback_data.theme)
    if callback_data.topic:
        _, topic = await subscriptions.subscribed(session, subscriber, callback_data.topic)
        title, asked = topic.name, topic.query
    else:
        kept = await questions.own(session, subscriber, callback_data.search)
        title = asked = kept.query
    if isinstance(query.message, Message):
        wanted = callback_data.model_copy(update={"theme": None})
        drawing = _Drawing(workshop, subscriber.theme, l10n, now, wanted, title, asked)
        workshop.start(bot, subscriber.id, partial(drawing.replace, query.message), refusal(query.message, l10n))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One picture to be made beside the handlers."""

    workshop: Workshop
    theme: Theme
    l10n: Translator
    now: datetime
    wanted: DrawStats
    title: str
    query: str

    async def send(self, message: Message, _: Bot, sessions: Sessions) -> Reply:
        """The picture, of the shortest period that has everything, as an answer; a sentence where there is nothing to be seen."""
        await self.workshop.painter.prepare()
        found = await self._look(sessions, self.wanted)
        if not found.total:
            return reply(message, views.sentence("search-nothing", {"query": self.title}, self.l10n))
        wanted = self.wanted.model_copy(update={"period": found.shortest})
        if wanted != self.wanted:
            found = await self._look(sessions, wanted)
        picture, caption = await self._draw(found, wanted)
        return message.answer_photo(
            picture,
            caption=caption.text,
            caption_entities=caption.entities,
            reply_markup=caption.reply_markup,
            parse_mode=None,
        )

    async def replace(self, message: Message, _: Bot, sessions: Sessions) -> Reply:
        """The picture in the place of the one in the message."""
        picture, caption = await self._draw(await self._look(sessions, self.wanted), self.wanted)
        media = InputMediaPhoto(media=picture, caption=caption.text, caption_entities=caption.entities, parse_mode=None)
        return message.edit_media(media, reply_markup=caption.inline_keyboard)

    async def _look(self, sessions: Sessions, wanted: DrawStats) -> Volume:
        async with sessions() as session:
            return await volume(session, self.query, wanted.period, self.now, self.l10n.zone)

    async def _draw(self, found: Volume, wanted: DrawStats) -> tuple[BufferedInputFile, Rendered]:
        caption = views.stats_caption(found, self.title, wanted, self.theme, self.l10n)
        chart = stats_chart(found, self.title, wanted.period, self.theme, self.l10n)
        return BufferedInputFile(await self.workshop.painter.draw(chart), "stats.png"), caption

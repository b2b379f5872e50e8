"""/story, /stories, and the button under an alert that other channels told too."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import StoryOf, TellStories
from bot.handlers.replies import reply
from bot.handlers.switch import Switch
from bot.i18n import Translator
from bot.views import Repeat
from monitor import messages, subscribers, timeline
from monitor.models import Subscriber
from monitor.related import related

SWITCH = Switch(lambda subscriber: subscriber.tells_once, subscribers.tell_once, views.telling)


def create_router() -> Router:
    """Who told what, and how often to hear it."""
    router = Router(name="stories")
    router.message.register(show, Command("story"), F.reply_to_message)
    router.message.register(explain, Command("story"))
    router.callback_query.register(open_story, StoryOf.filter())
    SWITCH.register(router, "stories", TellStories)
    return router


async def show(message: Message, reading: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    assert message.reply_to_message is not None
    asked = message.reply_to_message
    told = await messages.told_in(reading, subscriber, asked.message_id, asked.date)
    if len(told) > 1:
        stories = await messages.shared(reading, told)
        if len(stories) != 1:
            return reply(message, views.shared(stories, l10n))
        told = [stories[0].post]
    return reply(message, await _timeline(reading, await timeline.tellers(reading, told[0]), l10n))


async def explain(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("story-usage", {}, l10n))


async def open_story(
    query: CallbackQuery, callback_data: StoryOf, reading: AsyncSession, subscriber: Subscriber, l10n: Translator
) -> SendMessage | None:
    if not isinstance(query.message, Message):
        return None
    told = await timeline.of_post(reading, subscriber, callback_data.post)
    return reply(query.message, await _timeline(reading, told, l10n))


async def _timeline(reading: AsyncSession, told: timeline.Tellers, l10n: Translator) -> views.Rendered:
    others = await related(reading, told[0][0])
    return views.timeline([Repeat(*teller) for teller in told], l10n, [Repeat(*teller) for teller in others])

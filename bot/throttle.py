"""What one person may ask of the bot in a while; the rest costs no transaction and gets no answer."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InlineQuery, Message, TelegramObject, Update
from aiolimiter import AsyncLimiter

from bot.i18n import negotiate, translator
from bot.middlewares import Next

MINUTE = 60  # seconds
REMEMBERED = 10_000  # people


class Throttle(BaseMiddleware):
    """Leaves out what a person sends beyond `a_minute`; they are told so once, until they have been slower."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._people: dict[int, AsyncLimiter] = {}
        self._told: set[int] = set()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        asked = event.event if isinstance(event, Update) else event
        if context.user_id is None or not _is_for_us(asked) or await self._has_room(context.user_id):
            return await handler(event, data)
        return self._refusal(context, asked)

    async def _has_room(self, user_id: int) -> bool:
        limiter = self._people.get(user_id)
        if limiter is None:
            self._forget_the_slow()
            limiter = self._people[user_id] = AsyncLimiter(self._a_minute, MINUTE)
        if not limiter.has_capacity():
            return False
        if limiter.has_capacity(self._a_minute / 2):
            self._told.discard(user_id)
        await limiter.acquire()
        return True

    def _forget_the_slow(self) -> None:
        """Whoever has asked nothing for a minute is remembered no more."""
        if len(self._people) >= REMEMBERED:
            full = float(self._a_minute)
            self._people = {user: each for user, each in self._people.items() if not each.has_capacity(full)}
            self._told &= self._people.keys()

    def _refusal(self, context: EventContext, asked: TelegramObject) -> Any:
        assert context.user is not None
        if context.user.id in self._told:
            return None
        self._told.add(context.user.id)
        text = translator(negotiate(context.user.language_code))("too-fast")
        match asked:
            case Message():
                return asked.answer(text, parse_mode=None)
            case CallbackQuery():
                return asked.answer(text, show_alert=True)
            case _:
                return None


def _is_for_us(asked: Any) -> bool:
    """What people say to one another in a group is no question to the bot."""
    if isinstance(asked, Message):
        return asked.chat.type == ChatType.PRIVATE or (asked.text or asked.caption or "").startswith("/")
    return isinstance(asked, CallbackQuery | InlineQuery)

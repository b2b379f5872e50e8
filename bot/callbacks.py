"""What the inline buttons carry: ids alone, in 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton)."""

from enum import IntEnum

from aiogram.filters.callback_data import CallbackData


class ResultsPage(CallbackData, prefix="page"):
    """Show page `number` (1: the newest) of a kept search, which begins below the post id `before` (0: find it)."""

    search: int
    number: int
    before: int = 0


class EndSubscription(CallbackData, prefix="unsub"):
    """End the subscription to this topic."""

    topic: int


class ChooseLanguage(CallbackData, prefix="lang"):
    """Speak this locale from now on."""

    locale: str


class PickedFor(IntEnum):
    """Why the person was asked to pick a channel: the request id of a reply keyboard button."""

    WATCH = 1
    UNWATCH = 2

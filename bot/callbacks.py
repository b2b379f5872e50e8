"""What the inline buttons carry: ids alone, in 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton)."""

from enum import IntEnum, StrEnum

from aiogram.filters.callback_data import CallbackData


class ResultsPage(CallbackData, prefix="page"):
    """Show page `number` (1: the newest) of a kept search, which begins below the post id `before` (0: find it)."""

    search: int
    number: int
    before: int = 0


class FilterName(StrEnum):
    """What a button can narrow a kept search by."""

    CHANNEL = "channel"
    LANGUAGE = "language"
    PERIOD = "period"
    MEDIA = "media"


class OpenFilter(CallbackData, prefix="filter"):
    """Offer the values of one filter of a kept search."""

    search: int
    name: FilterName


class SetFilter(CallbackData, prefix="set"):
    """Narrow a kept search by this value; lift the filter where it is empty."""

    search: int
    name: FilterName
    value: str = ""


class AlertAbout(CallbackData, prefix="alert"):
    """Subscribe to a kept search."""

    search: int


class ShareSearch(CallbackData, prefix="share"):
    """Make a link to the answers of a kept search."""

    search: int


class FeedDeed(StrEnum):
    """What to do with the link to a feed."""

    SHOW = "show"
    RENEW = "renew"
    REVOKE = "revoke"


class FeedOf(CallbackData, prefix="feed"):
    """Show the link to this topic's feed, make a new one, or revoke it."""

    topic: int
    deed: FeedDeed = FeedDeed.SHOW


class EndSubscription(CallbackData, prefix="unsub"):
    """End the subscription to this topic."""

    topic: int


class ChooseLanguage(CallbackData, prefix="lang"):
    """Speak this locale from now on."""

    locale: str


class DecideMember(CallbackData, prefix="member"):
    """Let this person in, or do not."""

    user: int
    admit: bool


class EndInvite(CallbackData, prefix="invite"):
    """Let nobody in by this invitation any more."""

    code: str


class ForgetMe(CallbackData, prefix="forget"):
    """Delete all that is kept about who presses it, or keep it."""

    sure: bool


class PickedFor(IntEnum):
    """Why the person was asked to pick a channel: the request id of a reply keyboard button."""

    WATCH = 1
    UNWATCH = 2

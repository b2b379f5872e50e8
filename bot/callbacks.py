"""What the inline buttons carry: ids alone, in 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton)."""

from enum import IntEnum, StrEnum
from typing import Literal

from aiogram.filters.callback_data import CallbackData

from monitor.hushing import Hush
from monitor.models import Theme

DIGITS = 19
"""So many, with a sign, may be more than 64 bits hold; ids of posts have 13, those of Telegram fewer than 17."""


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


class DrawStats(CallbackData, prefix="stats"):
    """Draw how much was posted about a kept search, or a topic, in a period; from now on in this theme, if one is named."""

    search: int = 0
    topic: int = 0
    period: Literal["24h", "7d", "30d"] = "30d"
    theme: Theme | None = None


class ExportAs(CallbackData, prefix="export"):
    """Send the answers to a kept search as a file of this kind."""

    search: int
    form: Literal["csv", "jsonl", "xlsx"]


class StoryOf(CallbackData, prefix="story"):
    """Show who else told what this post tells, and when."""

    post: int


class TellStories(CallbackData, prefix="stories"):
    """Tell a story once from now on, or by each of its posts."""

    on: bool


class SearchWord(CallbackData, prefix="word"):
    """Find the newest posts with this word."""

    word: str


class TranslatePost(CallbackData, prefix="tr"):
    """Show this post in the reader's language."""

    post: int


class PicturesOf(CallbackData, prefix="pic"):
    """Show the pictures of this post, the first of its album."""

    post: int


class ShowPictures(CallbackData, prefix="pics"):
    """Have pictures follow the alerts from now on, or only come when asked for."""

    on: bool


class ChooseLanguage(CallbackData, prefix="lang"):
    """Speak this locale from now on."""

    locale: str


class DecideMember(CallbackData, prefix="member"):
    """Let this person in, or do not."""

    user: int
    admit: bool


class DismissEditor(CallbackData, prefix="editor"):
    """Let this member of the group only read again."""

    user: int


class EndInvite(CallbackData, prefix="invite"):
    """Let nobody in by this invitation any more."""

    code: str


class AdminPage(CallbackData, prefix="admin"):
    """Show a page of what admins see."""

    name: str


class SendAgain(CallbackData, prefix="again"):
    """Owe a message that was given up once more; 0: all of them."""

    delivery: int


class SettleBroadcast(CallbackData, prefix="say"):
    """Send what was written to everybody, or drop it."""

    broadcast: int
    send: bool


class ForgetMe(CallbackData, prefix="forget"):
    """Delete all that is kept about who presses it, or keep it."""

    sure: bool


class PickedFor(IntEnum):
    """Why the person was asked to pick a channel: the request id of a reply keyboard button."""

    WATCH = 1
    UNWATCH = 2


class MuteTopic(CallbackData, prefix="hush"):
    """Tell of this topic nothing for a while, or again."""

    topic: int
    hush: Hush


class MuteChannel(CallbackData, prefix="nochan"):
    """Tell of nothing in this channel, or again."""

    channel: int


class HearChannel(CallbackData, prefix="hear"):
    """Tell of what is in this channel again."""

    channel: int


class Lessen(CallbackData, prefix="less"):
    """Tell of this topic less often."""

    topic: int


def is_possible(data: str) -> bool:
    """Whether all its numbers fit into the 64 bits that a column has."""
    numbers = (part for part in data.split(":") if part.removeprefix("-").isdecimal())
    return all(len(number) < DIGITS for number in numbers)

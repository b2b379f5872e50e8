"""What the buttons of topics carry: ids and what shall be, in 64 bytes.

A button says "paused", not "toggle", so pressing twice does it once.
"""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from monitor.awaiting import Wanted
from monitor.models import Mode
from monitor.suggestions import How


class Tab(StrEnum):
    """Which topics a list shows: those one is told of, or the public ones."""

    MINE = "mine"
    PUBLIC = "public"


class ListTopics(CallbackData, prefix="topics"):
    """Show page `number` of a list of topics."""

    tab: Tab
    number: int = 1


class OpenTopic(CallbackData, prefix="topic"):
    """Show one topic with its settings, or what it would ring if one is not told of it."""

    topic: int


class FollowTopic(CallbackData, prefix="follow"):
    """Subscribe to this topic, or take back that it was ended."""

    topic: int


class HowOften(CallbackData, prefix="often"):
    """Show how often this topic rings."""

    topic: int


class SetMode(CallbackData, prefix="mode"):
    """Tell of this topic so."""

    topic: int
    mode: Mode


class SetPaused(CallbackData, prefix="pause"):
    """Tell of this topic no more for now, or again."""

    topic: int
    on: bool


class SetPriority(CallbackData, prefix="urgent"):
    """Let this topic ring through quiet hours, or no longer."""

    topic: int
    on: bool


class SetLimit(CallbackData, prefix="limit"):
    """Tell at once of so many posts of this topic an hour and no more; 0 for all."""

    topic: int
    posts: int = 0


class PickChannels(CallbackData, prefix="chans"):
    """Show page `number` of the channels that this topic may be kept to."""

    topic: int
    number: int = 1


class SetChannel(CallbackData, prefix="chan"):
    """Tell of posts of this channel, or no longer; 0 for all channels. `number` is the page to show again."""

    topic: int
    channel: int
    on: bool
    number: int = 1


class PickLanguages(CallbackData, prefix="langs"):
    """Show the languages that this topic may be kept to."""

    topic: int


class SetLanguage(CallbackData, prefix="tlang"):
    """Tell of posts in this language, or no longer; an empty code for all languages."""

    topic: int
    code: str = ""
    on: bool = True


class EditTopic(CallbackData, prefix="edit"):
    """Ask for this topic's new name, query or description; no topic: for words to find topics by, or a new public one."""

    what: Wanted
    topic: int = 0


class StopAsking(CallbackData, prefix="never"):
    """Wait for nothing, and show this topic again (0: the list)."""

    topic: int = 0


class ShareTopic(CallbackData, prefix="sendt"):
    """Make a link to this topic."""

    topic: int


class CopyTopic(CallbackData, prefix="copy"):
    """Make a private topic like this one."""

    topic: int


class RemoveTopic(CallbackData, prefix="remove"):
    """Take this public topic away from everybody, or bring it back."""

    topic: int
    back: bool = False


class PutFirst(CallbackData, prefix="first"):
    """Show this public topic before all others."""

    topic: int


class TakeProposal(CallbackData, prefix="take"):
    """Subscribe to the query of a kept search."""

    search: int


class ChangeProposal(CallbackData, prefix="change"):
    """Show what the query of a kept search would ring with this change; without one, as it is."""

    search: int
    how: How | None = None
    word: str = ""


class EndSubscription(CallbackData, prefix="unsub"):
    """End the subscription to this topic."""

    topic: int

"""Posts and answers as Telegram messages. Pure: no database, no clock, no Telegram call."""

from bot.views.alert import alert
from bot.views.answers import channels, languages, notice, sentence, subscriptions, unsubscribing
from bot.views.cheat_sheet import cheat_sheet
from bot.views.draft import Rendered
from bot.views.feed import feed, feeds
from bot.views.filters import filter_choices, share_buttons
from bot.views.inline import inline_result
from bot.views.mistake import mistake
from bot.views.results import results

__all__ = [
    "Rendered",
    "alert",
    "channels",
    "cheat_sheet",
    "feed",
    "feeds",
    "filter_choices",
    "inline_result",
    "languages",
    "mistake",
    "notice",
    "results",
    "sentence",
    "share_buttons",
    "subscriptions",
    "unsubscribing",
]

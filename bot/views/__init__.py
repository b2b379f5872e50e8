"""Posts and answers as Telegram messages. Pure: no database, no clock, no Telegram call."""

from bot.views.admission import admission, decided, invited, invites, join_request, welcome
from bot.views.alert import alert
from bot.views.answers import channels, languages, notice, sentence, subscriptions, unsubscribing
from bot.views.cheat_sheet import cheat_sheet
from bot.views.draft import Rendered
from bot.views.feed import feed, feeds
from bot.views.filters import filter_choices, share_buttons
from bot.views.inline import inline_result
from bot.views.mistake import mistake
from bot.views.personal import forgetting
from bot.views.results import results

__all__ = [
    "Rendered",
    "admission",
    "alert",
    "channels",
    "cheat_sheet",
    "decided",
    "feed",
    "feeds",
    "filter_choices",
    "forgetting",
    "inline_result",
    "invited",
    "invites",
    "join_request",
    "languages",
    "mistake",
    "notice",
    "results",
    "sentence",
    "share_buttons",
    "subscriptions",
    "unsubscribing",
    "welcome",
]

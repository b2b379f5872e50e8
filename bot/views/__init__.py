"""Posts and answers as Telegram messages. Pure: no database, no clock, no Telegram call."""

from bot.views.admin import actions, broadcast, broadcast_preview, dead_letters, health, people
from bot.views.admission import admission, decided, invited, invites, join_request, welcome
from bot.views.alert import alert
from bot.views.answers import languages, notice, sentence, unsubscribing
from bot.views.asking import asking, asking_in_group
from bot.views.channels import channels
from bot.views.cheat_sheet import cheat_sheet
from bot.views.digest import digest, digest_since
from bot.views.draft import Rendered
from bot.views.estimates import proposal
from bot.views.export import export_formats, exported, exporting
from bot.views.feed import feed, feeds
from bot.views.filters import filter_choices, share_buttons
from bot.views.inline import inline_result
from bot.views.joined import Shown, joined
from bot.views.mistake import mistake
from bot.views.personal import forgetting
from bot.views.pickers import channel_picker, language_picker
from bot.views.pictures import pictures, showing
from bot.views.quiet import gathering, quiet, snoozed
from bot.views.results import results
from bot.views.rich_digest import rich_digest
from bot.views.since import Repeat, Since
from bot.views.stats import stats_caption, stats_topics
from bot.views.story import shared, telling, timeline
from bot.views.team import editors
from bot.views.topic import ended, label, removed, share, subscribed, topic_card
from bot.views.topics import start, topic_list, topics_found
from bot.views.translation import translation
from bot.views.trends import trends

__all__ = [
    "Rendered",
    "Repeat",
    "Shown",
    "Since",
    "actions",
    "admission",
    "alert",
    "asking",
    "asking_in_group",
    "broadcast",
    "broadcast_preview",
    "channel_picker",
    "channels",
    "cheat_sheet",
    "dead_letters",
    "decided",
    "digest",
    "digest_since",
    "editors",
    "ended",
    "export_formats",
    "exported",
    "exporting",
    "feed",
    "feeds",
    "filter_choices",
    "forgetting",
    "gathering",
    "health",
    "inline_result",
    "invited",
    "invites",
    "join_request",
    "joined",
    "label",
    "language_picker",
    "languages",
    "mistake",
    "notice",
    "people",
    "pictures",
    "proposal",
    "quiet",
    "removed",
    "results",
    "rich_digest",
    "sentence",
    "share",
    "share_buttons",
    "shared",
    "showing",
    "snoozed",
    "start",
    "stats_caption",
    "stats_topics",
    "subscribed",
    "telling",
    "timeline",
    "topic_card",
    "topic_list",
    "topics_found",
    "translation",
    "trends",
    "unsubscribing",
    "welcome",
]

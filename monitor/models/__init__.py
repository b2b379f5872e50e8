"""The tables: what is watched, stored, matched and owed.

Times are aware datetimes in UTC. Telegram's ids are kept bare (a channel's without the Bot API's -100 prefix); `chat_id` of a
subscriber is the Bot API's. Every unique key but a row's number names the column by which
its table can be distributed (channel or subscriber).
"""

from monitor.models.channels import Account, Channel, History, Membership, Watch
from monitor.models.deliveries import Delivery, DeliveryKind, DeliveryState, Fanout, Priority, Retelling
from monitor.models.mapping import Base, BigId, Listed, UtcDateTime
from monitor.models.pictures import Picture, PictureWish
from monitor.models.posts import (
    LATE,
    IndexGap,
    IndexState,
    Post,
    PostCount,
    PostVersion,
    StoryShingle,
    Translation,
    TranslationWish,
)
from monitor.models.senders import BotPace, ChatPace, Sender
from monitor.models.subscribers import (
    AdminAction,
    Awaited,
    Broadcast,
    ChatKind,
    DigestEvery,
    Editor,
    Invite,
    Member,
    Standing,
    Subscriber,
    Theme,
)
from monitor.models.topics import Counter, Feed, Match, Mode, Mute, Search, Subscription, Topic
from monitor.models.trends import Spike, TrendState, WordCount

__all__ = [
    "LATE",
    "Account",
    "AdminAction",
    "Awaited",
    "Base",
    "BigId",
    "BotPace",
    "Broadcast",
    "Channel",
    "ChatKind",
    "ChatPace",
    "Counter",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "DigestEvery",
    "Editor",
    "Fanout",
    "Feed",
    "History",
    "IndexGap",
    "IndexState",
    "Invite",
    "Listed",
    "Match",
    "Member",
    "Membership",
    "Mode",
    "Mute",
    "Picture",
    "PictureWish",
    "Post",
    "PostCount",
    "PostVersion",
    "Priority",
    "Retelling",
    "Search",
    "Sender",
    "Spike",
    "Standing",
    "StoryShingle",
    "Subscriber",
    "Subscription",
    "Theme",
    "Topic",
    "Translation",
    "TranslationWish",
    "TrendState",
    "UtcDateTime",
    "Watch",
    "WordCount",
]

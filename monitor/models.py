"""The tables: what is watched, stored, matched and owed.

Times are aware datetimes in UTC. Telegram's ids are kept bare (a channel's without the Bot API's -100 prefix); `chat_id` of a
subscriber is the Bot API's. Every unique key names the column by which its table can be distributed (channel or subscriber).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Listed(TypeDecorator[list[str]]):
    """Short words without commas, stored between commas, so that one is found by LIKE '%,word,%'; None stands for any."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        return f",{','.join(value)}," if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str] | None:
        return value.strip(",").split(",") if value else None


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 -- SQLAlchemy reads it from the class


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Mode(StrEnum):
    """How a subscription tells: at once, in a digest, or not at all (its matches are only stored)."""

    INSTANT = "instant"
    DIGEST = "digest"
    SILENT = "silent"


class Theme(StrEnum):
    """The colours of pictures: Telegram does not tell bots which its reader sees."""

    LIGHT = "light"
    DARK = "dark"


class DeliveryKind(StrEnum):
    """ALERT shows a post; NOTICE says a sentence of ours; DIGEST is what was held, in one message; UPDATE edits a sent alert."""

    ALERT = "alert"
    NOTICE = "notice"
    DIGEST = "digest"
    UPDATE = "update"


class DeliveryState(StrEnum):
    """DUE waits for `due_at`; CLAIMED is leased to a relay; HELD waits for a digest; the others are final.

    REFUSED without `settled_at` waits for the chat to open again.
    """

    DUE = "due"
    CLAIMED = "claimed"
    HELD = "held"
    SENT = "sent"
    REFUSED = "refused"
    DEAD = "dead"


class Priority(IntEnum):
    """Who goes first among chats; within a chat the order is that of the ids. CROWD: one post for very many."""

    URGENT = 0
    NOTICE = 1
    ALERT = 2
    CROWD = 3
    UPDATE = 4
    DIGEST = 5


class Channel(Base):
    """A public broadcast channel. `cursor`: every message up to this id is known to be stored; `pts`: every change likewise.

    `top` is the newest message id that Telegram has named, `checked_at` when it last did. `pushed` and `found` count the posts that
    came by push, and those that push missed. `silent_since`: it has posted less than it uses to, and the admins were told.
    """

    __tablename__ = "channels"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    username: Mapped[str | None] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(256))
    watched: Mapped[bool] = mapped_column(default=True)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    pts: Mapped[int | None] = mapped_column(BigInteger)
    pushed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    found: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    protected: Mapped[bool] = mapped_column(default=False)
    top: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    checked_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]
    added_at: Mapped[datetime]


class Account(Base):
    """A Telegram account that listens: when it was last seen to, what is wrong with it, how many channels it may be in.

    `waits`: {request: ISO time} until which Telegram lets it make none of these.
    """

    __tablename__ = "accounts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    problem: Mapped[str | None] = mapped_column(String(64))
    room: Mapped[int]
    joins_after: Mapped[datetime | None]
    waits: Mapped[dict[str, Any] | None]


class Membership(Base):
    """How one account reaches one channel: access hashes belong to the account that saw them.

    `joined`: it is the one that reads the channel; `polled`: without being a member, so Telegram pushes it nothing. `refused`: it was
    let in no more.
    """

    __tablename__ = "memberships"
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    access_hash: Mapped[int] = mapped_column(BigInteger)
    joined: Mapped[bool] = mapped_column(default=False)
    polled: Mapped[bool] = mapped_column(default=False, server_default=false())
    refused: Mapped[bool] = mapped_column(default=False, server_default=false())


class Watch(Base):
    """A wish to watch or leave a channel: written by the bot, fulfilled by the listener, answered through `outcome`.

    `since`: its old posts from then on are wanted too.
    """

    __tablename__ = "watches"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    target: Mapped[str] = mapped_column(String(128))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[datetime | None]


class History(Base):
    """A wish for the posts that a channel made from `since` on, pulled newest first.

    `reached` is the message id that has been come to so far, made at `reached_at`; `posts` were new by then.
    """

    __tablename__ = "histories"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    reached: Mapped[int] = mapped_column(BigInteger, default=0)
    reached_at: Mapped[datetime | None]
    posts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(64))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


LATE = timedelta(minutes=5)
"""A post that came so long after it was made was missed at its time; pushes of big channels come within a minute."""


class Post(Base):
    """One message of a channel, in its newest text. `id` grows with `date`, so that newest first is index order.

    `story_id`: the post that founded the story which this one tells too; none if it tells its own.
    `preview` is the title of the page that it links to; `reactions` are {emoji: how many}.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("channel_id", "message_id"),
        Index("ix_posts_album", "channel_id", "grouped_id", sqlite_where=text("grouped_id IS NOT NULL"),
              postgresql_where=text("grouped_id IS NOT NULL")),
        Index("ix_posts_story", "story_id", sqlite_where=text("story_id IS NOT NULL"),
              postgresql_where=text("story_id IS NOT NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    message_id: Mapped[int] = mapped_column(BigInteger)
    date: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[Any]]
    media: Mapped[list[Any]]
    links: Mapped[list[Any]]
    forward: Mapped[dict[str, Any] | None]
    grouped_id: Mapped[int | None] = mapped_column(BigInteger)
    album_id: Mapped[int] = mapped_column(BigInteger)
    story_id: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(8))
    preview: Mapped[str | None] = mapped_column(Text)
    views: Mapped[int | None]
    forwards: Mapped[int | None]
    reactions: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    stored_at: Mapped[datetime]

    @property
    def is_late(self) -> bool:
        """Whether it was stored long after it was made."""
        return self.stored_at - self.date > LATE


class PostVersion(Base):
    """A text that a post had before its newest; number 1 is the first one that was seen."""

    __tablename__ = "post_versions"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[Any]]
    seen_at: Mapped[datetime]


class PostCount(Base):
    """What stood under a post at some time, when it was read again."""

    __tablename__ = "post_counts"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    views: Mapped[int | None]
    forwards: Mapped[int | None]
    reactions: Mapped[dict[str, Any] | None]


class StoryShingle(Base):
    """What a copy of a recent post is found by; see `monitor.stories`. Stories join channels, so it is distributed by `hash`."""

    __tablename__ = "story_shingles"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads it from the class
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(BigInteger)


class DigestEvery(StrEnum):
    """How often a digest comes."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscriber(Base):
    """A chat that the bot talks to: a person, a group, or one thread of a forum (`thread_id`, else 0).

    `tells_once`: of a story's posts only the first is an alert.
    `quiet_from`, `quiet_to` and `digest_minute` are minutes of the day in `timezone`; in `digest_days` bit 0 stands for Monday.
    """

    __tablename__ = "subscribers"
    __table_args__ = (UniqueConstraint("chat_id", "thread_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    kind: Mapped[ChatKind] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    tells_once: Mapped[bool] = mapped_column(default=True, server_default=true())
    theme: Mapped[Theme] = mapped_column(String(8), default=Theme.LIGHT, server_default="light")
    created_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)
    quiet_to: Mapped[int | None] = mapped_column(SmallInteger)
    snoozed_until: Mapped[datetime | None]
    digest_every: Mapped[DigestEvery | None] = mapped_column(String(8))
    digest_minute: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    digest_days: Mapped[int] = mapped_column(SmallInteger, default=127, server_default="127")
    digest_at: Mapped[datetime | None] = mapped_column(index=True)


class Standing(StrEnum):
    """What the admins make of a person: ASKED waits for their word, ADMITTED may use the bot, DECLINED may not."""

    ASKED = "asked"
    ADMITTED = "admitted"
    DECLINED = "declined"


class Member(Base):
    """A person (a Telegram user id) who asked to be let in, or came with an invitation; an open bot has none."""

    __tablename__ = "members"
    user_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(128))
    standing: Mapped[Standing] = mapped_column(String(8))
    invite: Mapped[str | None] = mapped_column(ForeignKey("invites.code", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)


class Editor(Base):
    """A member of a group (a Telegram user id) who may change what it is told of without being its admin in Telegram."""

    __tablename__ = "editors"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(128))
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]


class Invite(Base):
    """A link that lets people in, `uses` times and up to `ends_at`."""

    __tablename__ = "invites"
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class AdminAction(Base):
    """What an admin did, for the other admins to see; `person_id` is the user id of whom it was about."""

    __tablename__ = "admin_actions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    admin_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]]
    done_at: Mapped[datetime]


class Broadcast(Base):
    """What an admin has to say to everybody; it is sent once a button below its preview is pressed."""

    __tablename__ = "broadcasts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[Any]]
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receivers: Mapped[int | None]


class Topic(Base):
    """A named standing query; private to `owner_id`, or public where that is null.

    `queries` ({language: query}) is how a public topic was written where it is not one query; `query` holds them together.
    `version` counts the edits. `stamp` grows with every change of a query in the whole table (see Counter): matchers follow it.
    `secret` is part of the link by which a private topic is shared. Public topics are shown by `rank`, highest first; one with a
    `deleted_at` is not.
    """

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("owner_id", "query"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(128))
    emoji: Mapped[str | None] = mapped_column(String(16))
    description: Mapped[str | None] = mapped_column(String(512))
    query: Mapped[str] = mapped_column(Text)
    queries: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    stamp: Mapped[int] = mapped_column(BigInteger, index=True, server_default="0")
    secret: Mapped[str | None] = mapped_column(String(32))
    rank: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Counter(Base):
    """A number that only grows. Its row is locked by whoever raises it until they commit, so that numbers are seen in order."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Subscription(Base):
    """Who is told of which topic, and how.

    Only of posts in these `channels` (ids) and `languages` (None: any), not while it is `paused` or `muted_until`, or after
    `ended_at`, from when on ending it can be undone for a while; no more than `hourly_limit` posts an hour. `priority` rings through
    that and through quiet hours. `thread_id` is the topic's own thread in a private chat (0: none), `thread_name` what it is called.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_topic", "topic_id", "subscriber_id"),)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    mode: Mapped[Mode] = mapped_column(String(8), default=Mode.INSTANT)
    priority: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    muted_until: Mapped[datetime | None]
    hourly_limit: Mapped[int | None] = mapped_column(SmallInteger)
    channels: Mapped[list[str] | None] = mapped_column(Listed)
    languages: Mapped[list[str] | None] = mapped_column(Listed)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    thread_name: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class Mute(Base):
    """A channel that one subscriber does not want to hear of."""

    __tablename__ = "mutes"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]


class Match(Base):
    """A post satisfies a topic's query, until an edit ended that; `spans` are [start, end] in characters of the post's text."""

    __tablename__ = "matches"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)
    spans: Mapped[list[Any]]
    matched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Delivery(Base):
    """One message owed to one subscriber: the row of the outbox. `together` rows were sent as the message `message_id`.

    `begun_at`: a send was begun then, and how it ended is not known. `key` names what must be owed once and is no post.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "post_id", "kind"),
        Index("uq_deliveries_key", "subscriber_id", "key", unique=True, sqlite_where=text("key IS NOT NULL"),
              postgresql_where=text("key IS NOT NULL")),
        Index("ix_deliveries_due", "priority", "due_at", "subscriber_id", sqlite_where=text("state IN ('due', 'claimed')"),
              postgresql_where=text("state IN ('due', 'claimed')")),
        Index("ix_deliveries_lane", "subscriber_id", "id", sqlite_where=text("state IN ('due', 'claimed', 'held')"),
              postgresql_where=text("state IN ('due', 'claimed', 'held')")),
        Index("ix_deliveries_joined", "subscriber_id", "message_id", sqlite_where=text("together > 1"),
              postgresql_where=text("together > 1")),
        Index("ix_deliveries_dead", "settled_at", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    kind: Mapped[DeliveryKind] = mapped_column(String(8), default=DeliveryKind.ALERT)
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.ALERT)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    notice: Mapped[dict[str, Any] | None]
    key: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[DeliveryState] = mapped_column(String(8), default=DeliveryState.DUE)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(32))
    begun_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    together: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Fanout(Base):
    """A post that very many wait for: whoever has this topic and an id above `after` is still to be enqueued."""

    __tablename__ = "fanouts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    after: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]


class Retelling(Base):
    """Very many were alerted of a post, and are owed an edit of that from `due_at` on: those whose alerts have ids above `after`.

    `only_once`: only those who are told a story once.
    """

    __tablename__ = "retellings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    only_once: Mapped[bool]
    after: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Search(Base):
    """A question someone asked, kept so that a button (64 bytes at most) can name it.

    `filters` are those that buttons set; a question that was shared has a `token`, the secret part of its link.
    """

    __tablename__ = "searches"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), index=True)
    query: Mapped[str] = mapped_column(Text)
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    token: Mapped[str | None] = mapped_column(String(32), index=True)
    asked_at: Mapped[datetime]


class Awaited(Base):
    """What the bot has asked someone for and now waits for, in one chat: a topic's new name, a query to look for …

    `version` is the topic's at that moment, `message_id` the message with the buttons that the answer changes.
    """

    __tablename__ = "awaited"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    what: Mapped[str] = mapped_column(String(16))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), index=True)
    version: Mapped[int | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]


class Feed(Base):
    """A link under which a subscriber's topic is read as a feed; who knows its `token` may read."""

    __tablename__ = "feeds"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)
    token: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]


class Translation(Base):
    """A post in another language: asked for, `claimed_at` by a listener, `settled_at` with its text or with a problem.

    `version` is that of the text which was translated; `problem` is Telegram's own name for it.
    """

    __tablename__ = "translations"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int]
    text: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


class TranslationWish(Base):
    """Who waits for a translation; the delivery says that it takes too long, until the translation takes its place."""

    __tablename__ = "translation_wishes"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)


class WordCount(Base):
    """In how many posts of these `hours` (6 or 24) from `since` on a word stands, and how it is mostly written; "" is every post's.

    `channel_id` is one of their channels, `several` whether there are others. Its key names no channel: the table is small.
    """

    __tablename__ = "word_counts"
    hours: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    posts: Mapped[int]
    form: Mapped[str] = mapped_column(String(64))
    channel_id: Mapped[int] = mapped_column(BigInteger)
    several: Mapped[bool]


class TrendState(Base):
    """The one row that says up to which post id words are counted."""

    __tablename__ = "trend_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted: Mapped[int] = mapped_column(BigInteger)


class Spike(Base):
    """Far more was posted about a topic than usual, from `began_at` on; `ended_at` is null as long as it goes on."""

    __tablename__ = "spikes"
    topic_id: Mapped[int] = mapped_column(
        ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class IndexState(Base):
    """The one row that says which keys the index holds, and below which post id posts still wait to be indexed (None: all are)."""

    __tablename__ = "index_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keys_version: Mapped[int]
    reached: Mapped[int | None] = mapped_column(BigInteger)

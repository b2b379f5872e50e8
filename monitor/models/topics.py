"""What is waited for, and what was found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base, BigId, Listed


class Mode(StrEnum):
    """How a subscription tells: at once, in a digest, or not at all (its matches are only stored)."""

    INSTANT = "instant"
    DIGEST = "digest"
    SILENT = "silent"


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
    that and through quiet hours. `muted_for` is the button that muted it. `thread_id` is the topic's own thread in a private chat
    (0: none), `thread_name` what it is called.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_topic", "topic_id", "subscriber_id"),)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    mode: Mapped[Mode] = mapped_column(String(8), default=Mode.INSTANT)
    priority: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    muted_until: Mapped[datetime | None]
    muted_for: Mapped[str | None] = mapped_column(String(8))
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


class Search(Base):
    """A question someone asked, kept so that a button (64 bytes at most) can name it.

    `filters` are those that buttons set; a question that was shared has a `token`, the secret part of its link.
    """

    __tablename__ = "searches"
    __table_args__ = (Index("ix_searches_asked", "subscriber_id", "asked_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    query: Mapped[str] = mapped_column(Text)
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    token: Mapped[str | None] = mapped_column(String(32), index=True)
    asked_at: Mapped[datetime]


class Feed(Base):
    """A link under which a subscriber's topic is read as a feed; who knows its `token` may read."""

    __tablename__ = "feeds"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)
    token: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]

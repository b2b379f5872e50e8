"""What was posted, and what is kept beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base, BigId

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


class IndexState(Base):
    """The one row that says which keys the index holds, and below which post id posts still wait to be indexed (None: all are)."""

    __tablename__ = "index_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keys_version: Mapped[int]
    reached: Mapped[int | None] = mapped_column(BigInteger)


class IndexGap(Base):
    """A post that a process of an older version stored or changed while the index held newer keys: it is still to be indexed."""

    __tablename__ = "index_gaps"
    post_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

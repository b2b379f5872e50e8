"""What rises against its usual level."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base


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

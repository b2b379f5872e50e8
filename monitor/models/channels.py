"""What is watched, by whom, and how well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base, BigId, Listed


class Channel(Base):
    """A public broadcast channel. `cursor`: every message up to this id is known to be stored; `pts`: every change likewise.

    `top` is the newest message id that Telegram has named, `checked_at` when it last did. `pushed` and `found` count the posts that
    came by push, and those that push missed. `silent_since`: it has posted less than it uses to, and the admins were told. `aliases`
    are usernames that it has besides, or had before and nobody has now, in lower case.
    """

    __tablename__ = "channels"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    username: Mapped[str | None] = mapped_column(String(64), index=True)
    aliases: Mapped[list[str] | None] = mapped_column(Listed)
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

"""Who is talked to, and who may do what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, SmallInteger, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base, BigId


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Theme(StrEnum):
    """The colours of pictures: Telegram does not tell bots which its reader sees."""

    LIGHT = "light"
    DARK = "dark"


class DigestEvery(StrEnum):
    """How often a digest comes."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Subscriber(Base):
    """A chat that the bot talks to: a person, a group, or one thread of a forum (`thread_id`, else 0).

    `tells_once`: of a story's posts only the first is an alert. `shows_pictures`: those that a preview cannot show follow the alert.
    `rich_digests`: digests are rich messages, which old clients do not show.
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
    rich_digests: Mapped[bool] = mapped_column(default=False, server_default=false())
    shows_pictures: Mapped[bool] = mapped_column(default=False, server_default=false())
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
    """What an admin has to say to everybody; it is sent once a button below its preview is pressed.

    `after`: it was sent, and chats with greater ids are still to be owed it.
    """

    __tablename__ = "broadcasts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[Any]]
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receivers: Mapped[int | None]
    after: Mapped[int | None] = mapped_column(BigInteger)


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

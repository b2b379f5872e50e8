"""What processes that send with one bot's token share: how fast they may, and what each chat bears. PostgreSQL only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base


class Sender(Base):
    """A process that sends: `share` messages a second are its own until `until`; `wanted` is what it could do with.

    `share` is negative once what it had claimed was given to others. `refused`: chats that were refused to it lately.
    """

    __tablename__ = "senders"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    wanted: Mapped[float]
    share: Mapped[float]
    refused: Mapped[int]
    until: Mapped[datetime]


class BotPace(Base):
    """What a bot's senders have learnt together: `slowness` times as long as usual between two messages, none before `quiet_until`."""

    __tablename__ = "bot_paces"
    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slowness: Mapped[float]
    quiet_until: Mapped[datetime | None]


class ChatPace(Base):
    """A chat that was written to: its messages come `every` so many seconds; those so far are waited off at `free_at`."""

    __tablename__ = "chat_paces"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    every: Mapped[float]
    free_at: Mapped[datetime]

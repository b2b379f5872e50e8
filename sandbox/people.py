"""Who talks: people, bots and the chats they meet in, as the Bot API describes them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Person:
    """A user with a Telegram app; `blocked` and `started` hold ids of bots."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "en"
    blocked: set[int] = field(default_factory=set)
    started: set[int] = field(default_factory=set)
    deleted: bool = False

    def as_user(self) -> dict[str, Any]:
        """The User of the Bot API."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": self.language_code}
        return user | ({"username": self.username} if self.username else {})


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates, and how it went. `changed` is set when there is something to do."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    error: tuple[int, str] | None = None


@dataclass(slots=True)
class Bot:
    """A bot and the updates it has not confirmed. `allowed` None: all kinds but those that must be asked for.

    `has_threads`: its private chats have threads. `has_privacy`: in groups it hears only what is meant for it.
    """

    id: int
    token: str
    username: str
    first_name: str
    has_threads: bool = False
    has_privacy: bool = True
    updates: list[dict[str, Any]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    pollers: int = 0
    allowed: list[str] | None = None
    webhook: Webhook | None = None
    settings: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def as_user(self) -> dict[str, Any]:
        """The User of the Bot API."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are kept for it."""
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def hear(self, update: dict[str, Any]) -> None:
        """Keep an update until it is confirmed."""
        self.updates.append(update)
        self.arrived.set()


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group, with its messages as the Bot API shows them.

    `members`, `admins`, `banned` and `muted` (who may not write) hold ids of people and bots; `threads` maps a forum topic's
    id to its name; `keyboard` is the reply keyboard that a bot has put up.
    """

    id: int
    kind: str
    title: str
    is_forum: bool = False
    username: str | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    last_id: int = 0
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)
    muted: set[int] = field(default_factory=set)
    threads: dict[int, str] = field(default_factory=dict)
    closed_threads: set[int] = field(default_factory=set)
    keyboard: dict[str, Any] | None = None
    pinned: int | None = None
    migrated_to: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether it is one person's chat with a bot."""
        return self.kind == "private"

    def as_chat(self) -> dict[str, Any]:
        """The Chat of the Bot API."""
        name = "first_name" if self.is_private else "title"
        more = {"username": self.username, "is_forum": self.is_forum or None}
        return {"id": self.id, "type": self.kind, name: self.title} | {
            key: value for key, value in more.items() if value
        }

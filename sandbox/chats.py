"""Chats: people, bots and what they say to each other: the state behind the Bot API."""

from __future__ import annotations

import asyncio
import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

GROUP_LIMIT = 20


@dataclass(slots=True)
class Person:
    """A user with a Telegram app; `blocked` holds ids of bots."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str = "en"
    blocked: set[int] = field(default_factory=set)

    def as_user(self) -> dict[str, Any]:
        """The User of the Bot API."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": self.language_code}
        return user | ({"username": self.username} if self.username else {})


@dataclass(slots=True)
class Bot:
    """A bot and the updates it has not confirmed."""

    id: int
    token: str
    username: str
    first_name: str
    updates: list[dict[str, Any]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    pollers: int = 0
    webhook: str | None = None
    settings: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def as_user(self) -> dict[str, Any]:
        """The User of the Bot API."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group, with its messages as the Bot API shows them."""

    id: int
    kind: str
    title: str
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    last_id: int = 0
    migrated_to: int | None = None

    def as_chat(self) -> dict[str, Any]:
        """The Chat of the Bot API."""
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}


class Chats:
    """Everybody who talks. Synchronous, for one event loop; callbacks get (kind, dict)."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self._update_ids = itertools.count(1000)
        self._callbacks: list[Callable[[str, dict[str, Any]], None]] = []

    def subscribe(self, callback: Callable[[str, dict[str, Any]], None]) -> Callable[[], None]:
        """Call `callback(kind, detail)`, kinds message, edited, deleted, answer, until the returned function is called."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def add_bot(self, token: str, username: str = "dozor_bot", first_name: str = "Dozor") -> Bot:
        """A bot for this token, whose id stands before the colon. Idempotent."""
        if token not in self.bots:
            self.bots[token] = Bot(int(token.partition(":")[0]), token, username, first_name)
        return self.bots[token]

    def add_person(self, first_name: str, *, username: str | None = None, language_code: str = "en") -> Person:
        """A person with a private chat. Idempotent by name."""
        number = 200_000_000 + zlib.crc32(first_name.encode()) % 100_000_000
        if number not in self.people:
            self.people[number] = Person(number, first_name, username, language_code)
            self.chats[number] = Chat(number, "private", first_name)
        return self.people[number]

    def add_group(self, title: str) -> Chat:
        """A supergroup. Idempotent by title."""
        number = -1_000_000_000_000 - 3_000_000_000 - zlib.crc32(title.encode()) % 1_000_000_000
        return self.chats.setdefault(number, Chat(number, "supergroup", title))

    def say(self, person: Person, text: str, chat: Chat | None = None, **more: Any) -> dict[str, Any]:
        """A person writes to the bot, or in a group; every bot hears it. Returns the message."""
        message = self._post(chat or self.chats[person.id], person.as_user(), text=text, **more)
        for bot in self.bots.values():
            self._update(bot, "message", message)
        return message

    def press(self, person: Person, chat_id: int, message_id: int, data: str) -> None:
        """A person presses an inline button."""
        message = self.chats[chat_id].messages[message_id]
        query = {
            "id": str(next(self._update_ids)),
            "from": person.as_user(),
            "message": message,
            "data": data,
            "chat_instance": "1",
        }
        for bot in self.bots.values():
            if bot.id == message["from"]["id"]:
                self._update(bot, "callback_query", query)

    def block(self, person: Person, blocked: bool = True) -> None:
        """A person blocks every bot, or lets them in again."""
        for bot in self.bots.values():
            (person.blocked.add if blocked else person.blocked.discard)(bot.id)
            states = ("member", "kicked") if blocked else ("kicked", "member")
            old, new = (
                {"status": state, "user": bot.as_user()} | ({"until_date": 0} if state == "kicked" else {})
                for state in states
            )
            chat, date = self.chats[person.id].as_chat(), int(self.clock().timestamp())
            change = {
                "chat": chat,
                "from": person.as_user(),
                "date": date,
                "old_chat_member": old,
                "new_chat_member": new,
            }
            self._update(bot, "my_chat_member", change)

    def send(self, bot: Bot, chat: Chat, **content: Any) -> dict[str, Any]:
        """A bot writes."""
        return self._post(chat, bot.as_user(), **content)

    def edit(self, chat: Chat, message_id: int, **content: Any) -> dict[str, Any]:
        """A bot changes its message."""
        message = {**chat.messages[message_id], **content, "edit_date": int(self.clock().timestamp())}
        chat.messages[message_id] = {name: value for name, value in message.items() if value is not None}
        self._tell("edited", chat.messages[message_id])
        return chat.messages[message_id]

    def delete(self, chat: Chat, message_id: int) -> None:
        """A bot takes a message away."""
        self._tell("deleted", chat.messages.pop(message_id))

    def answer(self, detail: dict[str, Any]) -> None:
        """A bot answers a pressed button."""
        self._tell("answer", detail)

    def _post(self, chat: Chat, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        chat.last_id += 1
        head = {
            "message_id": chat.last_id,
            "date": int(self.clock().timestamp()),
            "chat": chat.as_chat(),
            "from": sender,
        }
        message = head | {name: value for name, value in content.items() if value is not None}
        chat.messages[chat.last_id] = message
        self._tell("message", message)
        return message

    def _update(self, bot: Bot, kind: str, content: dict[str, Any]) -> None:
        bot.updates.append({"update_id": next(self._update_ids), kind: content})
        bot.arrived.set()

    def _tell(self, kind: str, detail: dict[str, Any]) -> None:
        for callback in tuple(self._callbacks):
            callback(kind, detail)

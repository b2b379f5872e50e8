"""Chats: people, bots and what they say to each other: the state behind the Bot API."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.botapi.detection import detected
from sandbox.files import Files
from sandbox.people import Bot, Chat, Person

__all__ = ["Asked", "Bot", "Chat", "Chats", "Person"]

GENERAL = 1
"""The id of a forum's first thread, whose messages bear no thread id."""


@dataclass(slots=True)
class Asked:
    """A pressed button or an inline query that waits for its answer."""

    bot: Bot
    person: Person
    at: datetime
    answer: dict[str, Any] | None = None


class Chats:
    """Everybody who talks. Synchronous, for one event loop; callbacks get (kind, dict)."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.files = Files()
        self.people: dict[int, Person] = {}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.asked: dict[str, Asked] = {}
        """Pressed buttons and inline queries by id."""
        self.inline_messages: dict[str, tuple[Chat, int]] = {}
        """Messages sent by inline queries, whose buttons and texts the bot can change, by `inline_message_id`."""
        # Starts at the time, so that ids are new to a bot that lived on while this restarted.
        self._update_ids = itertools.count(int(clock().timestamp()))
        self._callbacks: list[Callable[[str, dict[str, Any]], None]] = []

    def subscribe(self, callback: Callable[[str, dict[str, Any]], None]) -> Callable[[], None]:
        """Call `callback(kind, detail)`, kinds message, edited, deleted, answer, keyboard, until the returned function is called."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def tell(self, kind: str, detail: dict[str, Any]) -> None:
        """Tell every callback."""
        for callback in tuple(self._callbacks):
            callback(kind, detail)

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
            self.chats[number] = Chat(number, "private", first_name, username=username)
        return self.people[number]

    def add_group(
        self, title: str, members: Iterable[Person | Bot] = (), *, admins: Iterable[Person | Bot] = (), forum: bool = False,
        basic: bool = False,
    ) -> Chat:  # fmt: skip
        """A supergroup, or a basic group, with these members and every bot. Idempotent by title."""
        digest = zlib.crc32(title.encode()) % 1_000_000_000
        number = -1_000_000 - digest if basic else -1_000_000_000_000 - 3_000_000_000 - digest
        if number not in self.chats:
            admin_ids = {admin.id for admin in admins}
            everybody = admin_ids | {member.id for member in members} | {bot.id for bot in self.bots.values()}
            kind = "group" if basic else "supergroup"
            first = GENERAL if forum else 0
            self.chats[number] = Chat(number, kind, title, forum, last_id=first, members=everybody, admins=admin_ids)
        return self.chats[number]

    def say(
        self, person: Person, text: str, chat: Chat | None = None, *, thread: int | None = None, **more: Any
    ) -> dict[str, Any]:
        """A person writes to the bots, or in a group, where a bot hears what is meant for it. Returns the message."""
        place = chat or self.chats[person.id]
        if place.is_private:
            person.started |= {bot.id for bot in self.bots.values()} - person.blocked
        content = {"text": text, "entities": detected(text) or None, **in_thread(place, thread), **more}
        message = self.post(place, person.as_user(), **content)
        for bot in self.bots.values():
            if self._hears(bot, place, person, message):
                self.update(bot, "message", message)
        return message

    def press(self, person: Person, chat_id: int, message_id: int, data: str) -> str:
        """A person presses an inline button; the query's id."""
        chat = self.chats[chat_id]
        message = chat.messages[message_id]
        asked_for: dict[str, Any] = {"data": data, "chat_instance": str(chat_id)}
        names = (
            name for name, (place, number) in self.inline_messages.items() if place is chat and number == message_id
        )
        inline = next(names, None)
        asked_for |= {"message": message} if inline is None else {"inline_message_id": inline}
        author = message.get("via_bot", message["from"])["id"]
        bot = next((bot for bot in self.bots.values() if bot.id == author), None)
        return self.ask(bot, person, "callback_query", asked_for) if bot else self.next_id()

    def ask_inline(self, person: Person, bot: Bot, query: str, offset: str = "") -> str:
        """A person types `@bot query` in some chat; the query's id, under which the answer will stand in `asked`."""
        return self.ask(bot, person, "inline_query", {"query": query, "offset": offset, "chat_type": "sender"})

    def ask(self, bot: Bot, person: Person, kind: str, content: dict[str, Any]) -> str:
        """Something that the bot must answer; its id."""
        number = self.next_id()
        self.asked[number] = Asked(bot, person, self.clock())
        self.update(bot, kind, {"id": number, "from": person.as_user(), **content})
        return number

    def next_id(self) -> str:
        """An id that nothing has had."""
        return str(next(self._update_ids))

    def send(self, bot: Bot, chat: Chat, **content: Any) -> dict[str, Any]:
        """A bot writes. A reply keyboard is no part of a message; it stands in the chat until another comes or it is removed."""
        markup = content.pop("reply_markup", None)
        if markup is None or "inline_keyboard" in markup:
            return self.post(chat, bot.as_user(), reply_markup=markup, **content)
        message = self.post(chat, bot.as_user(), **content)
        self._put_up(chat, markup)
        return message

    def edit(self, chat: Chat, message_id: int, **content: Any) -> dict[str, Any]:
        """A bot changes its message; None takes a field away."""
        message = {**chat.messages[message_id], **content, "edit_date": int(self.clock().timestamp())}
        chat.messages[message_id] = {name: value for name, value in message.items() if value is not None}
        self.tell("edited", chat.messages[message_id])
        return chat.messages[message_id]

    def delete(self, chat: Chat, message_id: int) -> None:
        """A bot takes a message away."""
        self.tell("deleted", chat.messages.pop(message_id))

    def post(self, chat: Chat, sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """A message of anybody, without telling the bots."""
        chat.last_id += 1
        head = {
            "message_id": chat.last_id,
            "date": int(self.clock().timestamp()),
            "chat": chat.as_chat(),
            "from": sender,
        }
        message = head | {name: value for name, value in content.items() if value is not None}
        chat.messages[chat.last_id] = message
        self.tell("message", message)
        return message

    def update(self, bot: Bot, kind: str, content: dict[str, Any]) -> None:
        """Keep an update for a bot that wants its kind."""
        if bot.wants(kind):
            bot.hear({"update_id": next(self._update_ids), kind: content})

    def _hears(self, bot: Bot, chat: Chat, person: Person, message: dict[str, Any]) -> bool:
        """In a group: commands for it, mentions of it, replies to it, or everything if it is an admin.

        core.telegram.org/bots/features#privacy-mode
        """
        if chat.is_private:
            return bot.id not in person.blocked
        if bot.id not in chat.members:
            return False
        text = str(message.get("text", ""))
        command, _, rest = text.partition(" ")[0].partition("@")
        addressed = command.startswith("/") and rest.lower() in ("", bot.username.lower())
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id
        return (
            not bot.has_privacy
            or bot.id in chat.admins
            or addressed
            or replied
            or f"@{bot.username}".lower() in text.lower()
        )

    def _put_up(self, chat: Chat, markup: dict[str, Any]) -> None:
        if "keyboard" in markup or markup.get("remove_keyboard"):
            chat.keyboard = markup if "keyboard" in markup else None
            self.tell("keyboard", {"chat": chat.as_chat(), "keyboard": chat.keyboard})


def in_thread(chat: Chat, thread: int | None) -> dict[str, Any]:
    """The fields that say in which thread of a chat a message stands."""
    if thread is None or (thread == GENERAL and chat.is_forum):
        return {}
    return {"message_thread_id": thread, "is_topic_message": True}

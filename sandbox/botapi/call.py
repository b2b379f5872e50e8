"""One request to a method: who asks, with what, and the state it may touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.botapi.entity import Entity
from sandbox.botapi.markup import inline_or_reply
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.text import CAPTION_LIMIT, TEXT_LIMIT, prepared
from sandbox.botapi.utf16 import units
from sandbox.chats import GENERAL, Bot, Chat, Chats, in_thread
from sandbox.membership import status
from sandbox.world import Channel, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and"
    " reply markup of the message"
)
MESSAGES_LIMIT = 100
CONTENTS = frozenset({"text", "rich_message", "photo", "video", "document"})
"""What a message that can be changed or copied consists of."""


@dataclass(slots=True)
class Call:
    """The parameters are read by the method's schema: right types, required ones there."""

    bot: Bot
    chats: Chats
    world: World
    parameters: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default where it was left out."""
        return self.parameters.get(name, default)

    def chat(self) -> Chat:
        """The chat of `chat_id`. Raises RefusalError as Telegram does where there is none or it is closed to the bot."""
        if self.get("chat_id") is None:
            raise bad_request("chat_id is empty")
        chat = self.chats.chats.get(self.get("chat_id")) if isinstance(self.get("chat_id"), int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, description, migrate_to_chat_id=chat.migrated_to)
        return chat

    def open_chat(self) -> Chat:
        """The same, for a method that writes: the bot must be let in."""
        if self.channel() is not None:
            raise RefusalError(403, "Forbidden: bot is not a member of the channel chat")
        chat = self.chat()
        if not chat.is_private:
            return self._open_group(chat)
        person = self.chats.people[chat.id]
        if person.deleted:
            raise RefusalError(403, "Forbidden: user is deactivated")
        if self.bot.id in person.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if self.bot.id not in person.started:
            raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def channel(self, name: int | str | None = None) -> Channel | None:
        """The public channel of a name or `chat_id`, by @username or its -100… id."""
        try:
            return self.world.channel(name or self.get("chat_id", ""))
        except KeyError:
            return None

    def message(self, chat: Chat, doing: str) -> dict[str, Any]:
        """The message of `message_id`, to delete, pin …"""
        message = chat.messages.get(self.get("message_id", 0))
        if message is None:
            raise bad_request(f"message to {doing} not found")
        return message

    def editable(self) -> tuple[Chat, dict[str, Any]]:
        """The bot's own message that is to be changed, and its chat: by `inline_message_id`, or `chat_id` and `message_id`."""
        inline = self.get("inline_message_id")
        if inline is not None:
            if inline not in self.chats.inline_messages:
                raise bad_request("MESSAGE_ID_INVALID")
            chat, number = self.chats.inline_messages[inline]
            return chat, chat.messages[number]
        if not self.get("message_id"):
            raise bad_request("message identifier is not specified")
        chat = self.open_chat()
        message = self.message(chat, "edit")
        if message["from"]["id"] != self.bot.id or not message.keys() & CONTENTS:
            raise bad_request("message can't be edited")
        return chat, message

    def change(self, chat: Chat, old: dict[str, Any], **content: Any) -> dict[str, Any] | bool:
        """Another content for a message; True instead of the message for one sent by an inline query."""
        content["reply_markup"] = self.markup()
        if all(old.get(name) == value for name, value in content.items()):
            raise bad_request(NOT_MODIFIED)
        message = self.chats.edit(chat, old["message_id"], **content)
        return True if self.get("inline_message_id") else message

    def numbers(self) -> list[int]:
        """The message ids of `message_ids`."""
        numbers: list[int] = self.get("message_ids")
        if len(numbers) > MESSAGES_LIMIT:
            raise bad_request("too many message identifiers specified")
        if any(number <= 0 for number in numbers):
            raise bad_request("invalid message identifier specified")
        return numbers

    def text(self) -> tuple[str, list[Entity] | None]:
        """The text of a message and its entities."""
        text, entities = prepared(self.get("text", ""), self.get("entities"), self.get("parse_mode"), TEXT_LIMIT)
        if not text:
            raise bad_request("message text is empty")
        return text, entities or None

    def caption(self) -> dict[str, Any]:
        """The caption of a file and its entities, as fields of its message."""
        given = self.get("caption", ""), self.get("caption_entities"), self.get("parse_mode")
        text, entities = prepared(*given, CAPTION_LIMIT)
        return {"caption": text or None, "caption_entities": entities or None}

    def markup(self) -> dict[str, Any] | None:
        """The keyboard of `reply_markup`."""
        return inline_or_reply(self.get("reply_markup"))

    def place(self, chat: Chat) -> dict[str, Any]:
        """Fields of a new message that say where it stands and what it answers."""
        fields = in_thread(chat, self._thread(chat))
        fields |= self._replied(chat)
        fields["has_protected_content"] = True if self.get("protect_content") else None
        return fields

    def _open_group(self, chat: Chat) -> Chat:
        state = status(chat, self.bot.id)
        if state == "kicked":
            raise RefusalError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if state == "left":
            raise RefusalError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        if self.bot.id in chat.muted:
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def _thread(self, chat: Chat) -> int | None:
        thread: int | None = self.get("message_thread_id")
        if not thread or (thread == GENERAL and chat.is_forum):
            return None
        if thread not in chat.threads:
            raise bad_request("message thread not found")
        if thread in chat.closed_threads:
            raise bad_request("TOPIC_CLOSED")
        return thread

    def _replied(self, chat: Chat) -> dict[str, Any]:
        wanted = self.get("reply_parameters") or {}
        if not wanted.get("message_id"):
            return {}
        message = chat.messages.get(wanted["message_id"])
        if message is None and not wanted.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        if message is None:
            return {}
        replied = {name: value for name, value in message.items() if name != "reply_to_message"}
        return {"reply_to_message": replied} | _quote(wanted.get("quote"), message)


def _quote(quote: str | None, message: dict[str, Any]) -> dict[str, Any]:
    if not quote:
        return {}
    before, found, _ = (message.get("text") or message.get("caption") or "").partition(quote)
    if not found:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"quote": {"text": quote, "position": units(before), "is_manual": True}}

"""One request to a method: who asks, with what, and the state it may touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.botapi.entity import Entity
from sandbox.botapi.markup import inline_or_reply
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.text import CAPTION_LIMIT, TEXT_LIMIT, prepared
from sandbox.chats import GENERAL, Bot, Chat, Chats, in_thread
from sandbox.membership import status
from sandbox.world import Channel, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and"
    " reply markup of the message"
)


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
        chat = self.chats.chats.get(self.get("chat_id")) if isinstance(self.get("chat_id"), int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, description, migrate_to_chat_id=chat.migrated_to)
        return chat

    def open_chat(self) -> Chat:
        """The same, for a method that writes: the bot must be let in."""
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

    def channel(self) -> Channel | None:
        """The public channel that `chat_id` names, by @username or its -100… id."""
        try:
            return self.world.channel(self.get("chat_id"))
        except KeyError:
            return None

    def message(self, chat: Chat, doing: str) -> dict[str, Any]:
        """The message of `message_id`, to edit, delete …; only the bot's own may be edited."""
        message = chat.messages.get(self.get("message_id", 0))
        if message is None:
            raise bad_request(f"message to {doing} not found")
        if doing == "edit" and message["from"]["id"] != self.bot.id:
            raise bad_request("message can't be edited")
        return message

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
        fields["reply_to_message"] = self._replied(chat)
        fields["has_protected_content"] = True if self.get("protect_content") else None
        return fields

    def _open_group(self, chat: Chat) -> Chat:
        state = status(chat, self.bot.id)
        if state == "kicked":
            raise RefusalError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if state == "left":
            raise RefusalError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
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

    def _replied(self, chat: Chat) -> dict[str, Any] | None:
        wanted = self.get("reply_parameters")
        if not wanted:
            return None
        message = chat.messages.get(wanted["message_id"])
        if message is None and not wanted.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return {name: value for name, value in message.items() if name != "reply_to_message"} if message else None

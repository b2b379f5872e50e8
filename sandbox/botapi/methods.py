"""The methods of the Bot API that the product calls. Each takes (sandbox state, bot, parameters) and returns `result`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.chats import Bot, Chat, Chats
from sandbox.world import World

TEXT_LIMIT = 4096
CALLBACK_LIMIT = 64
ENTITY_FIELDS = ("url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format")


@dataclass(slots=True)
class Call:
    """One request: who asks, with which parameters (decoded from JSON), and the state it touches."""

    bot: Bot
    chats: Chats
    world: World
    parameters: dict[str, Any]

    def chat(self) -> Chat:
        """The chat of `chat_id`; refuses as Telegram does where there is none or it is closed to the bot."""
        chat_id = str(self.parameters.get("chat_id"))
        chat = self.chats.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, description, migrate_to_chat_id=chat.migrated_to)
        person = self.chats.people.get(chat.id)
        if person is not None and self.bot.id in person.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        return chat

    def message(self, chat: Chat, doing: str) -> dict[str, Any]:
        """The bot's own message of `message_id`."""
        message = chat.messages.get(int(self.parameters.get("message_id", 0)))
        if message is None:
            raise bad_request(f"message to {doing} not found")
        if message["from"]["id"] != self.bot.id and doing == "edit":
            raise bad_request("message can't be edited")
        return message

    def text(self) -> tuple[str, list[dict[str, Any]] | None]:
        """The text and its entities, within Telegram's limits."""
        text = str(self.parameters.get("text", "")).strip("\n ")
        if not text:
            raise bad_request("message text is empty")
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if size > TEXT_LIMIT:
            raise bad_request("message is too long")
        return text, _entities(self.parameters.get("entities") or [], size)

    def markup(self) -> dict[str, Any] | None:
        """The keyboard; button data within its limit."""
        markup = self.parameters.get("reply_markup")
        for row in (markup or {}).get("inline_keyboard", ()):
            for button in row:
                if len(button.get("callback_data", "").encode()) > CALLBACK_LIMIT:
                    raise bad_request("BUTTON_DATA_INVALID")
        return markup


def get_me(call: Call) -> dict[str, Any]:
    """Who the bot is."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
    return call.bot.as_user() | abilities


def send_message(call: Call) -> dict[str, Any]:
    """A new message."""
    chat = call.chat()
    text, entities = call.text()
    thread = call.parameters.get("message_thread_id")
    more = {"message_thread_id": thread, "link_preview_options": call.parameters.get("link_preview_options")}
    return call.chats.send(call.bot, chat, text=text, entities=entities, reply_markup=call.markup(), **more)


def edit_message_text(call: Call) -> dict[str, Any]:
    """Another text for the bot's message."""
    chat = call.chat()
    old = call.message(chat, "edit")
    text, entities = call.text()
    markup = call.markup()
    if (old.get("text"), old.get("entities"), old.get("reply_markup")) == (text, entities, markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current"
            " content and reply markup of the message"
        )
    return call.chats.edit(chat, old["message_id"], text=text, entities=entities, reply_markup=markup)


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    """Other buttons under the bot's message."""
    chat = call.chat()
    old = call.message(chat, "edit")
    return call.chats.edit(chat, old["message_id"], reply_markup=call.markup())


def delete_message(call: Call) -> bool:
    """Take a message away."""
    chat = call.chat()
    call.chats.delete(chat, call.message(chat, "delete")["message_id"])
    return True


def answer_callback_query(call: Call) -> bool:
    """End the spinner of a pressed button."""
    call.chats.answer(call.parameters)
    return True


def get_chat(call: Call) -> dict[str, Any]:
    """A chat, or a public channel by @username."""
    name = str(call.parameters.get("chat_id"))
    if not name.startswith("@"):
        return call.chat().as_chat() | {"accent_color_id": 0, "max_reaction_count": 11}
    try:
        channel = call.world.channel(name)
    except KeyError:
        raise bad_request("chat not found") from None
    return {
        "id": -1_000_000_000_000 - channel.id,
        "type": "channel",
        "title": channel.title,
        "username": channel.username,
    }


def keep(name: str) -> Callable[[Call], bool]:
    """A method that only sets something of the bot's own."""

    def method(call: Call) -> bool:
        call.bot.settings[name, call.parameters.get("language_code", ""), str(call.parameters.get("scope", ""))] = (
            call.parameters
        )
        return True

    return method


def delete_webhook(call: Call) -> bool:
    """Back to long polling."""
    call.bot.webhook = None
    return True


METHODS: dict[str, Callable[[Call], Any]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "getchat": get_chat,
    "deletewebhook": delete_webhook,
    **{
        name.lower(): keep(name)
        for name in ("setMyCommands", "setMyDescription", "setMyShortDescription", "sendChatAction")
    },
}


def _entities(entities: list[dict[str, Any]], size: int) -> list[dict[str, Any]] | None:
    """The entities inside the text; Telegram drops the others without a word."""
    kept = [
        {name: entity[name] for name in ("type", "offset", "length", *ENTITY_FIELDS) if entity.get(name) is not None}
        for entity in entities
        if entity["offset"] >= 0 and entity["length"] > 0 and entity["offset"] + entity["length"] <= size
    ]
    return kept or None

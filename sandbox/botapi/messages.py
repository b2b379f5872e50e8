"""Methods that send, change and take away messages."""

from __future__ import annotations

from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.rich import rich_message
from sandbox.chats import Chat

Message = dict[str, Any]
DELETABLE_S = 48 * 3600


def send_message(call: Call) -> Message:
    """A new message."""
    chat = call.open_chat()
    text, entities = call.text()
    preview = call.get("link_preview_options")
    fields = {"text": text, "entities": entities, "link_preview_options": preview, "reply_markup": call.markup()}
    return call.chats.send(call.bot, chat, **fields, **call.place(chat))


def send_rich_message(call: Call) -> Message:
    """A message of blocks."""
    chat = call.open_chat()
    rich = rich_message(call.get("rich_message"))
    return call.chats.send(call.bot, chat, rich_message=rich, reply_markup=call.markup(), **call.place(chat))


def edit_message_text(call: Call) -> Message | bool:
    """Another text for the bot's message."""
    if call.get("rich_message"):
        return _edit(call, "text", rich_message=rich_message(call.get("rich_message")), text=None, entities=None)
    text, entities = call.text()
    preview = call.get("link_preview_options")
    return _edit(call, "text", text=text, entities=entities, link_preview_options=preview, rich_message=None)


def edit_message_caption(call: Call) -> Message | bool:
    """Another caption under the bot's file."""
    return _edit(call, "caption", **call.caption())


def edit_message_reply_markup(call: Call) -> Message | bool:
    """Other buttons under the bot's message."""
    return _edit(call, "reply_markup")


def delete_message(call: Call) -> bool:
    """Take a message away."""
    chat = call.chat()
    _delete(call, chat, call.message(chat, "delete"))
    return True


def delete_messages(call: Call) -> bool:
    """Take several away; those that are not there are passed over."""
    chat = call.chat()
    for number in call.numbers():
        if number in chat.messages:
            _delete(call, chat, chat.messages[number])
    return True


def set_message_reaction(call: Call) -> bool:
    """The bot's reaction under a message."""
    chat = call.open_chat()
    message = call.message(chat, "react")
    call.chats.tell(
        "reaction", {"chat": chat.as_chat(), "message_id": message["message_id"], "reaction": call.get("reaction", [])}
    )
    return True


def _edit(call: Call, what: str, **content: Any) -> Message | bool:
    chat, old = call.editable()
    if what == "text" and not old.keys() & {"text", "rich_message"}:
        raise bad_request("there is no text in the message to edit")
    if what == "caption" and not old.keys() & {"photo", "document"}:
        raise bad_request("there is no caption in the message to edit")
    return call.change(chat, old, **content)


def _delete(call: Call, chat: Chat, message: Message) -> None:
    if call.chats.clock().timestamp() - message["date"] > DELETABLE_S and call.bot.id not in chat.admins:
        raise bad_request("message can't be deleted for everyone")
    if not chat.is_private and message["from"]["id"] != call.bot.id and call.bot.id not in chat.admins:
        raise bad_request("message can't be deleted")
    call.chats.delete(chat, message["message_id"])

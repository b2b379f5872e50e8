"""Methods that send, change and take away messages."""

from __future__ import annotations

from typing import Any

from sandbox.botapi.call import NOT_MODIFIED, Call
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.rich import rich_message
from sandbox.chats import Chat

Message = dict[str, Any]


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
    if call.get("inline_message_id"):
        return True
    if call.get("rich_message"):
        return _edit(call, rich_message=rich_message(call.get("rich_message")), text=None, entities=None)
    text, entities = call.text()
    return _edit(call, text=text, entities=entities, link_preview_options=call.get("link_preview_options"))


def edit_message_caption(call: Call) -> Message | bool:
    """Another caption under the bot's file."""
    return _edit(call, **call.caption())


def edit_message_reply_markup(call: Call) -> Message | bool:
    """Other buttons under the bot's message."""
    return _edit(call)


def delete_message(call: Call) -> bool:
    """Take a message away."""
    chat = call.chat()
    _delete(call, chat, call.message(chat, "delete"))
    return True


def delete_messages(call: Call) -> bool:
    """Take several away; those that are not there are passed over."""
    chat = call.chat()
    for number in call.get("message_ids"):
        if number in chat.messages:
            _delete(call, chat, chat.messages[number])
    return True


def copy_message(call: Call) -> dict[str, int]:
    """A copy of a message of a chat that the bot is in."""
    chat, source = call.open_chat(), _source(call, "copy")
    kept = {
        name: value for name, value in source.items() if name not in ("message_id", "from", "chat", "date", "edit_date")
    }
    caption = call.caption() if call.get("caption") is not None else {}
    sent = call.chats.send(call.bot, chat, **{**kept, **caption, **call.place(chat), "reply_markup": call.markup()})
    return {"message_id": sent["message_id"]}


def forward_message(call: Call) -> Message:
    """A message of a chat that the bot is in, with its origin."""
    chat, source = call.open_chat(), _source(call, "forward")
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    kept = {
        name: value
        for name, value in source.items()
        if name in ("text", "entities", "caption", "caption_entities", "photo", "document")
    }
    return call.chats.send(call.bot, chat, forward_origin=origin, **kept, **call.place(chat))


def pin_chat_message(call: Call) -> bool:
    """Pin a message; in groups the bot must be an admin."""
    chat = call.open_chat()
    message = call.message(chat, "pin")
    if not chat.is_private and call.bot.id not in chat.admins:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message["message_id"]
    return True


def unpin_chat_message(call: Call) -> bool:
    """Unpin what is pinned."""
    call.open_chat().pinned = None
    return True


def set_message_reaction(call: Call) -> bool:
    """The bot's reaction under a message."""
    chat = call.open_chat()
    message = call.message(chat, "react")
    call.chats.tell(
        "reaction", {"chat": chat.as_chat(), "message_id": message["message_id"], "reaction": call.get("reaction", [])}
    )
    return True


def _edit(call: Call, **content: Any) -> Message:
    chat = call.open_chat()
    old = call.message(chat, "edit")
    content["reply_markup"] = call.markup()
    if all(old.get(name) == value for name, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    if "text" in content and "text" not in old and "rich_message" not in old:
        raise bad_request("there is no text in the message to edit")
    return call.chats.edit(chat, old["message_id"], **content)


def _delete(call: Call, chat: Chat, message: Message) -> None:
    if not chat.is_private and message["from"]["id"] != call.bot.id and call.bot.id not in chat.admins:
        raise bad_request("message can't be deleted")
    call.chats.delete(chat, message["message_id"])


def _source(call: Call, doing: str) -> Message:
    """A bot sees the messages of chats that it is a member of, and of no other, public or not."""
    chat = call.chats.chats.get(call.get("from_chat_id"))
    if chat is None and _is_channel(call, call.get("from_chat_id")):
        raise bad_request(f"message to {doing} not found")
    if chat is None:
        raise bad_request("chat not found")
    if not (chat.is_private or call.bot.id in chat.members):
        raise bad_request(f"message to {doing} not found")
    return call.message(chat, doing)


def _is_channel(call: Call, name: Any) -> bool:
    try:
        call.world.channel(name)
    except KeyError:
        return False
    return True

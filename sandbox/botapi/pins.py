"""Methods that pin messages."""

from __future__ import annotations

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request
from sandbox.chats import Chat


def pin_chat_message(call: Call) -> bool:
    """Pin a message; the chat is told so."""
    chat = _pinnable(call)
    message = call.message(chat, "pin")
    if chat.pinned != message["message_id"]:
        chat.pinned = message["message_id"]
        shown = {name: value for name, value in message.items() if name != "reply_to_message"}
        call.chats.post(chat, call.bot.as_user(), pinned_message=shown)
    return True


def unpin_chat_message(call: Call) -> bool:
    """Unpin what is pinned, or the one named."""
    chat = _pinnable(call)
    if chat.pinned is None or call.get("message_id", chat.pinned) != chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned = None
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin everything."""
    _pinnable(call).pinned = None
    return True


def _pinnable(call: Call) -> Chat:
    """In groups the bot must be an admin."""
    chat = call.open_chat()
    if not chat.is_private and call.bot.id not in chat.admins:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat

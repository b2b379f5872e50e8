"""Threads (forum topics): in forums, where the bot must be an admin, and in private chats of bots that have them enabled."""

from __future__ import annotations

from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request
from sandbox.chats import Chat

NAME_LIMIT = 128
COLOR = 0x6FB9F0


def create_forum_topic(call: Call) -> dict[str, Any]:
    """A new thread; its id is that of the message that says so."""
    chat, name = _forum(call), _name(call)
    color = call.get("icon_color", COLOR)
    made = call.chats.post(chat, call.bot.as_user(), forum_topic_created={"name": name, "icon_color": color})
    chat.threads[made["message_id"]] = name
    return {"message_thread_id": made["message_id"], "name": name, "icon_color": color}


def edit_forum_topic(call: Call) -> bool:
    """Another name."""
    chat, thread = _thread(call)
    name = _name(call)
    if chat.threads[thread] == name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.threads[thread] = name
    call.chats.post(chat, call.bot.as_user(), forum_topic_edited={"name": name}, message_thread_id=thread)
    return True


def close_forum_topic(call: Call) -> bool:
    """Nobody writes there any more."""
    chat, thread = _thread(call)
    chat.closed_threads.add(thread)
    return True


def reopen_forum_topic(call: Call) -> bool:
    """They may again."""
    chat, thread = _thread(call)
    chat.closed_threads.discard(thread)
    return True


def delete_forum_topic(call: Call) -> bool:
    """The thread with all its messages."""
    chat, thread = _thread(call)
    del chat.threads[thread]
    chat.closed_threads.discard(thread)
    for number in [number for number, message in chat.messages.items() if message.get("message_thread_id") == thread]:
        call.chats.delete(chat, number)
    return True


def _forum(call: Call) -> Chat:
    chat = call.open_chat()
    if chat.is_private:
        if not call.bot.has_threads:
            raise bad_request("the chat is not a forum")
        return chat
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if call.bot.id not in chat.admins:
        raise bad_request("not enough rights to create a topic")
    return chat


def _thread(call: Call) -> tuple[Chat, int]:
    chat, thread = _forum(call), call.get("message_thread_id")
    if thread not in chat.threads:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, thread


def _name(call: Call) -> str:
    name = str(call.get("name", "")).strip()
    if not 1 <= len(name) <= NAME_LIMIT:
        raise bad_request("TOPIC_TITLE_INVALID" if name else "topic name must be non-empty")
    return name

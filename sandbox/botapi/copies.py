"""Methods that bring messages from one chat to another, copied or forwarded."""

from __future__ import annotations

from typing import Any

from sandbox.botapi.call import CONTENTS, Call
from sandbox.botapi.messages import Message
from sandbox.botapi.refusal import bad_request
from sandbox.chats import Chat

_COPIED = CONTENTS | {"entities", "caption", "caption_entities", "link_preview_options"}


def copy_message(call: Call) -> dict[str, int]:
    """A copy of a message of a chat that the bot is in, with another caption if one is given."""
    chat = call.open_chat()
    source = call.message(_source(call, "copy"), "copy")
    if not source.keys() & CONTENTS:
        raise bad_request("message can't be copied")
    caption = call.caption() if call.get("caption") is not None and "text" not in source else {}
    return {"message_id": _copied(call, chat, source, **caption, reply_markup=call.markup())["message_id"]}


def copy_messages(call: Call) -> list[dict[str, int]]:
    """Copies of several; those that cannot be copied are passed over."""
    chat = call.open_chat()
    found = [source for source in _several(call, "copy") if source.keys() & CONTENTS]
    without = dict.fromkeys(("caption", "caption_entities")) if call.get("remove_caption") else {}
    return [{"message_id": _copied(call, chat, source, **without)["message_id"]} for source in found]


def forward_message(call: Call) -> Message:
    """A message of a chat that the bot is in, with its origin."""
    chat = call.open_chat()
    return _forwarded(call, chat, call.message(_source(call, "forward"), "forward"))


def forward_messages(call: Call) -> list[dict[str, int]]:
    """Several; those that are not there are passed over."""
    chat = call.open_chat()
    return [{"message_id": _forwarded(call, chat, source)["message_id"]} for source in _several(call, "forward")]


def _copied(call: Call, chat: Chat, source: Message, **more: Any) -> Message:
    kept = {name: value for name, value in source.items() if name in _COPIED}
    return call.chats.send(call.bot, chat, **{**kept, **more, **call.place(chat)})


def _forwarded(call: Call, chat: Chat, source: Message) -> Message:
    if source.get("has_protected_content"):
        raise bad_request("message has protected content and can't be forwarded")
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return _copied(call, chat, source, forward_origin=source.get("forward_origin", origin))


def _several(call: Call, doing: str) -> list[Message]:
    chat = _source(call, doing)
    found = [chat.messages[number] for number in call.numbers() if number in chat.messages]
    if not found:
        raise bad_request(f"there are no messages to {doing}")
    return found


def _source(call: Call, doing: str) -> Chat:
    """A bot sees the messages of chats that it is a member of, and of no other, public or not."""
    number = call.get("from_chat_id")
    chat = call.chats.chats.get(number)
    if chat is None and call.channel(number) is None:
        raise bad_request("chat not found")
    if chat is None or not (chat.is_private or call.bot.id in chat.members):
        raise bad_request(f"message to {doing} not found")
    return chat

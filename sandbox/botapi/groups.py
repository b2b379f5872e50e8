"""Methods about chats and who is in them."""

from __future__ import annotations

from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.membership import as_member
from sandbox.people import Bot, Chat, Person

REACTIONS = 11
_RIGHTS = dict.fromkeys(
    [
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_react_to_messages",
        "can_edit_tag",
    ],
    True,
)


def get_chat(call: Call) -> dict[str, Any]:
    """A chat that the bot has met, or a public channel by @username or id."""
    channel = call.channel()
    about = {"accent_color_id": 0, "max_reaction_count": REACTIONS, "accepted_gift_types": _gifts()}
    if channel is None:
        chat = call.chat()
        pinned = {"pinned_message": chat.messages[chat.pinned]} if chat.pinned in chat.messages else {}
        return chat.as_chat() | about | pinned | ({} if chat.is_private else {"permissions": _RIGHTS})
    number = -1_000_000_000_000 - channel.id
    names = {"title": channel.title} | ({"username": channel.username} if channel.username else {})
    return {"id": number, "type": "channel", **names, **about} | (
        {"description": channel.about} if channel.about else {}
    )


def get_chat_member(call: Call) -> dict[str, Any]:
    """What someone is in a chat; in a private one both are members."""
    chat, someone = call.chat(), _someone(call, call.get("user_id"))
    if chat.is_private:
        if someone.id not in (chat.id, call.bot.id):
            raise bad_request("member not found")
        return as_member(chat, someone, "member")
    return as_member(_group(call), someone)


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """The admins of a group, bots left out."""
    chat = _group(call)
    return [as_member(chat, call.chats.people[number]) for number in sorted(chat.admins & call.chats.people.keys())]


def get_chat_member_count(call: Call) -> int:
    """How many are in a chat."""
    channel = call.channel()
    return len(channel.members) if channel is not None else len(call.chat().members) or 2


def leave_chat(call: Call) -> bool:
    """The bot leaves a group."""
    chat = _group(call)
    call.chats.post(chat, call.bot.as_user(), left_chat_member=call.bot.as_user())
    chat.members.discard(call.bot.id)
    chat.admins.discard(call.bot.id)
    return True


def _group(call: Call) -> Chat:
    if call.channel() is not None:
        raise bad_request("member list is inaccessible")
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    if call.bot.id not in chat.members:
        raise RefusalError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    return chat


def _someone(call: Call, number: int) -> Person | Bot:
    if number in call.chats.people:
        return call.chats.people[number]
    for bot in call.chats.bots.values():
        if bot.id == number:
            return bot
    raise bad_request("invalid user_id specified")


def _gifts() -> dict[str, bool]:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)

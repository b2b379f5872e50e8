"""Who is where: blocking a bot, coming to a group and leaving it, and a group's growth into a supergroup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.botapi.schema import schema
from sandbox.chats import Chats
from sandbox.people import Bot, Chat, Person

GONE = ("left", "kicked")


def block(chats: Chats, person: Person, blocked: bool = True) -> None:
    """A person blocks every bot, or lets them in again; a bot hears it when something changes."""
    for bot in chats.bots.values():
        if (bot.id in person.blocked) == blocked:
            continue
        (person.blocked.add if blocked else person.blocked.discard)(bot.id)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        _changed(chats, chats.chats[person.id], person, bot, old, new)


def join(chats: Chats, chat: Chat, member: Person | Bot, by: Person, *, admin: bool = False) -> None:
    """Someone comes to a group, or becomes an admin there."""
    old = status(chat, member.id)
    chat.members.add(member.id)
    chat.banned.discard(member.id)
    (chat.admins.add if admin else chat.admins.discard)(member.id)
    if isinstance(member, Bot):
        _changed(chats, chat, by, member, old, status(chat, member.id))
    if old in GONE:
        _tell_bots(chats, chat, chats.post(chat, by.as_user(), new_chat_members=[member.as_user()]))


def leave(chats: Chats, chat: Chat, member: Person | Bot, by: Person, *, banned: bool = False) -> None:
    """Someone leaves a group or is thrown out."""
    old = status(chat, member.id)
    chat.members.discard(member.id)
    chat.admins.discard(member.id)
    if banned:
        chat.banned.add(member.id)
    if isinstance(member, Bot):
        _changed(chats, chat, by, member, old, status(chat, member.id))
    _tell_bots(chats, chat, chats.post(chat, by.as_user(), left_chat_member=member.as_user()))


def promote(chats: Chats, chat: Chat, by: Person) -> Chat:
    """A basic group becomes a supergroup with another id; both say so."""
    number = -1_000_000_000_000 - 3_000_000_000 + chat.id
    grown = replace(chat, id=number, kind="supergroup", messages={}, last_id=0)
    chats.chats[number] = grown
    _tell_bots(chats, chat, chats.post(chat, by.as_user(), migrate_to_chat_id=number))
    chat.migrated_to = number
    _tell_bots(chats, grown, chats.post(grown, by.as_user(), migrate_from_chat_id=chat.id))
    return grown


def share_channel(chats: Chats, person: Person, channel_id: int, title: str, username: str | None) -> dict[str, Any]:
    """A person answers a button that asks for a channel. ValueError if no such button is up. `channel_id` is bare."""
    chat = chats.chats[person.id]
    rows = (chat.keyboard or {}).get("keyboard", ())
    wanted = next((button["request_chat"] for row in rows for button in row if "request_chat" in button), None)
    if wanted is None:
        raise ValueError("no button asks for a channel")
    shared = {"request_id": wanted["request_id"], "chat_id": -1_000_000_000_000 - channel_id}
    shared |= {"title": title} if wanted.get("request_title") else {}
    shared |= {"username": username} if wanted.get("request_username") and username else {}
    message = chats.post(chat, person.as_user(), chat_shared=shared)
    _tell_bots(chats, chat, message)
    return message


def status(chat: Chat, member_id: int) -> str:
    """What someone is in a chat, in the words of ChatMember."""
    if member_id in chat.banned:
        return "kicked"
    if member_id not in chat.members:
        return "left"
    return "administrator" if member_id in chat.admins else "member"


def as_member(chat: Chat, member: Person | Bot, state: str | None = None) -> dict[str, Any]:
    """The ChatMember of the Bot API."""
    found = {"status": state or status(chat, member.id), "user": member.as_user()}
    if found["status"] == "kicked":
        return found | {"until_date": 0}
    if found["status"] != "administrator":
        return found
    rights = (name for name, kind in schema().types["ChatMemberAdministrator"].items() if kind == "Boolean")
    return found | dict.fromkeys(rights, False)


def _changed(chats: Chats, chat: Chat, by: Person, bot: Bot, old: str, new: str) -> None:
    change = {
        "chat": chat.as_chat(),
        "from": by.as_user(),
        "date": int(chats.clock().timestamp()),
        "old_chat_member": as_member(chat, bot, old),
        "new_chat_member": as_member(chat, bot, new),
    }
    chats.update(bot, "my_chat_member", change)


def _tell_bots(chats: Chats, chat: Chat, message: dict[str, Any]) -> None:
    for bot in chats.bots.values():
        if chat.is_private or bot.id in chat.members:
            chats.update(bot, "message", message)

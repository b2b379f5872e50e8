"""messages.*ChatInvite: private channels by their links."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Channel
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal
from sandbox.mtproto.requests.channels import enter

routes = Routes()


def _find(call: Call, invite: str) -> Channel:
    for channel in call.server.world.channels.values():
        if channel.invite == invite:
            return channel
    raise Refusal(400, "INVITE_HASH_EXPIRED")


@routes.on(functions.messages.CheckChatInviteRequest)
def check_chat_invite(call: Call, request: Any) -> Any:
    """What stands behind a link."""
    channel = _find(call, request.hash)
    if call.account.id in channel.members:
        return types.ChatInviteAlready(call.view.channel(channel))
    return types.ChatInvite(
        channel.title,
        types.PhotoEmpty(0),
        len(channel.members),
        0,
        channel=True,
        broadcast=not channel.megagroup or None,
        megagroup=channel.megagroup or None,
        about=channel.about or None,
    )


@routes.on(functions.messages.ImportChatInviteRequest)
def import_chat_invite(call: Call, request: Any) -> Any:
    """Joins by a link."""
    channel = _find(call, request.hash)
    if call.account.id in channel.members:
        raise Refusal(400, "USER_ALREADY_PARTICIPANT")
    return enter(call, channel)

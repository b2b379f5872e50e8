"""channels.*: messages by id, descriptions, membership."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Channel
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

JOINED_MAXIMUM = 500
MESSAGES_MAXIMUM = 200
routes = Routes()


def enter(call: Call, channel: Channel) -> Any:
    """Makes the caller a member and says so in updates. Refusal above the maximum of channels."""
    maximum = JOINED_MAXIMUM * (2 if call.account.premium else 1)
    if channel.id not in call.account.joined and len(call.account.joined) >= maximum:
        raise Refusal(400, "CHANNELS_TOO_MUCH")
    try:
        call.server.world.join(channel, call.account)
    except PermissionError:
        raise Refusal(400, "CHANNEL_PRIVATE") from None
    return types.messages.ChatInviteJoinResultOk(_told(call, channel))


def _told(call: Call, channel: Channel) -> Any:
    update = types.UpdateChannel(channel.id)
    return types.Updates([update], [], [call.view.channel(channel)], call.server.date(), 0)


@routes.on(functions.channels.JoinChannelRequest)
def join_channel(call: Call, request: Any) -> Any:
    """Joins a channel that the caller can see."""
    return enter(call, call.view.find_channel(request.channel))


@routes.on(functions.channels.LeaveChannelRequest)
def leave_channel(call: Call, request: Any) -> Any:
    """Leaves a channel."""
    channel = call.view.find_channel(request.channel)
    if call.account.id not in channel.members:
        raise Refusal(400, "USER_NOT_PARTICIPANT")
    call.server.world.leave(channel, call.account)
    return _told(call, channel)


@routes.on(functions.channels.GetChannelsRequest)
def get_channels(call: Call, request: Any) -> Any:
    """Channels by their input peers."""
    return types.messages.Chats([call.view.channel(call.view.find_channel(peer)) for peer in request.id])


@routes.on(functions.channels.GetFullChannelRequest)
def get_full_channel(call: Call, request: Any) -> Any:
    """One channel with its description, number of members and pts."""
    channel = call.view.find_channel(request.channel)
    silence = types.PeerNotifySettings()
    full = types.ChannelFull(
        channel.id, channel.about, 0, 0, 0, types.PhotoEmpty(0), silence, [], channel.pts,
        participants_count=len(channel.members),
    )  # fmt: skip
    return types.messages.ChatFull(full, [call.view.channel(channel)], [])


@routes.on(functions.channels.GetMessagesRequest)
def get_messages(call: Call, request: Any) -> Any:
    """Up to 200 messages by id; those that do not stand come back empty."""
    channel = call.view.find_channel(request.channel)
    if len(request.id) > MESSAGES_MAXIMUM:
        raise Refusal(400, "MESSAGE_IDS_EMPTY")
    ids = [item.id if hasattr(item, "id") else int(item) for item in request.id]
    chats = call.view.chats_of([channel.posts[number] for number in ids if number in channel.posts], channel)
    return types.messages.ChannelMessages(channel.pts, len(ids), call.view.messages(channel, ids), [], chats, [])

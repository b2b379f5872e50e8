"""messages.getDialogs and getPeerDialogs: the list of chats."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Channel
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.requests.updates import state

LIMIT_MAXIMUM = 100
routes = Routes()


def _joined(call: Call) -> list[Channel]:
    """The caller's channels, the one with the newest post first."""
    channels = [call.server.world.channels[number] for number in call.account.joined]

    def newest(channel: Channel) -> tuple[Any, int]:
        top = channel.posts.get(channel.top)
        return (top.date if top else channel.date, channel.id)

    return sorted(channels, key=newest, reverse=True)


def _parts(call: Call, channels: list[Channel]) -> tuple[list[Any], list[Any], list[Any]]:
    tops = [channel.posts[channel.top] for channel in channels if channel.top]
    dialogs = [call.view.dialog(channel) for channel in channels]
    return dialogs, [call.view.message(post) for post in tops], call.view.chats_of(tops, *channels)


@routes.on(functions.messages.GetDialogsRequest)
def get_dialogs(call: Call, request: Any) -> Any:
    """A page of the list. Archived chats there are none."""
    if request.folder_id:
        return types.messages.Dialogs([], [], [], [])
    channels = _joined(call)
    total = len(channels)
    offset = getattr(request.offset_peer, "channel_id", None)
    if offset is not None:
        after = next((index + 1 for index, channel in enumerate(channels) if channel.id == offset), 0)
        channels = channels[after:]
    page = channels[: min(request.limit or LIMIT_MAXIMUM, LIMIT_MAXIMUM)]
    dialogs, messages, chats = _parts(call, page)
    if len(page) == total:
        return types.messages.Dialogs(dialogs, messages, chats, [])
    return types.messages.DialogsSlice(total, dialogs, messages, chats, [])


@routes.on(functions.messages.GetPeerDialogsRequest)
def get_peer_dialogs(call: Call, request: Any) -> Any:
    """Lines of the list for the given peers."""
    channels = [call.view.find_channel(item.peer) for item in request.peers if hasattr(item, "peer")]
    dialogs, messages, chats = _parts(call, channels)
    return types.messages.PeerDialogs(dialogs, messages, chats, [], state(call))


@routes.on(functions.messages.GetPinnedDialogsRequest)
def get_pinned_dialogs(call: Call, request: Any) -> Any:
    """Nothing is pinned here."""
    return types.messages.PeerDialogs([], [], [], [], state(call))

"""updates.*: what a client missed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Channel, Post
from sandbox.events import Edited, Logged, Posted
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

LIMIT_MAXIMUM = 1000
TIMEOUT = 30  # seconds until a client may ask again
routes = Routes()


def state(call: Call) -> Any:
    """The account's own state: nothing but channels ever changes here."""
    return types.updates.State(1, 0, call.server.date(), 1, 0)


@routes.on(functions.updates.GetStateRequest)
def get_state(call: Call, request: Any) -> Any:
    """The account's state, which only a signed-in account has."""
    return state(call) if call.account else None


@routes.on(functions.updates.GetDifferenceRequest)
def get_difference(call: Call, request: Any) -> Any:
    """Names the joined channels that changed since the client knew; their own differences say how."""
    since = request.date - timedelta(seconds=1) if request.date else None
    changed = [channel for channel in map(call.server.world.channels.get, call.account.joined) if channel]
    changed = [channel for channel in changed if _unknown(call, channel, since)]
    if not changed:
        return types.updates.DifferenceEmpty(call.server.date(), 1)
    updates = [types.UpdateChannelTooLong(channel.id) for channel in changed]
    chats = [call.view.channel(channel) for channel in changed]
    return types.updates.Difference([], [], updates, chats, [], state(call))


def _unknown(call: Call, channel: Channel, since: Any) -> bool:
    behind = call.key.delivered.get(channel.id, 1) < channel.pts
    return behind or bool(since and channel.changed and channel.changed >= since)


@routes.on(functions.updates.GetChannelDifferenceRequest)
def get_channel_difference(call: Call, request: Any) -> Any:
    """Events of one channel after a pts, or too long where they are too many."""
    channel = call.view.find_channel(request.channel)
    if request.pts > channel.pts or request.pts < 1:
        raise Refusal(400, "PERSISTENT_TIMESTAMP_INVALID")
    if request.pts == channel.pts:
        return types.updates.ChannelDifferenceEmpty(channel.pts, final=True, timeout=TIMEOUT)
    too_long = channel.pts - request.pts > call.server.too_long
    if too_long or call.server.faults.take("too_long_gap", channel.username):
        return _too_long(call, channel)
    events, final = _cut(channel.since(request.pts), min(request.limit, LIMIT_MAXIMUM))
    call.key.delivered[channel.id] = events[-1].pts
    return _difference(call, channel, events, final)


def _cut(events: list[Logged], limit: int) -> tuple[list[Logged], bool]:
    return events[:limit], len(events) <= limit


def _difference(call: Call, channel: Channel, events: list[Logged], final: bool) -> Any:
    posts: list[Post] = []
    others = []
    for event in events:
        if isinstance(event, Posted):
            posts += [channel.posts[event.post.id]] if event.post.id in channel.posts else []
        elif not isinstance(event, Edited) or event.post.id in channel.posts:
            others.append(call.view.update(event))
    messages = [call.view.message(post) for post in posts]
    chats = call.view.chats_of(posts, channel)
    return types.updates.ChannelDifference(events[-1].pts, messages, others, chats, [], final=final, timeout=TIMEOUT)


def _too_long(call: Call, channel: Channel) -> Any:
    call.key.delivered[channel.id] = channel.pts
    posts = [channel.posts[channel.top]] if channel.top else []
    messages, chats = [call.view.message(post) for post in posts], call.view.chats_of(posts, channel)
    dialog = call.view.dialog(channel)
    return types.updates.ChannelDifferenceTooLong(dialog, messages, chats, [], final=True, timeout=TIMEOUT)

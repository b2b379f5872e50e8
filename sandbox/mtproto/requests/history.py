"""messages.getHistory, search and getMessagesViews: posts of the past."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Channel
from sandbox.mtproto.call import Call, Routes

LIMIT_MAXIMUM = 100
routes = Routes()


def _newer(channel: Channel, ids: list[int], request: Any) -> int:
    """How many posts are newer than where the page starts."""
    if request.offset_id:
        return len(ids) - bisect_left(ids, request.offset_id)
    offset_date = getattr(request, "offset_date", None)
    if offset_date and offset_date.timestamp() > 0:
        return sum(channel.posts[number].date >= offset_date for number in ids)
    return 0


@routes.on(functions.messages.GetHistoryRequest)
def get_history(call: Call, request: Any) -> Any:
    """A page of a channel, newest first. Talks with people are empty here."""
    if isinstance(request.peer, types.InputPeerSelf | types.InputPeerUser):
        return types.messages.Messages([], [], [], [])
    channel = call.view.find_channel(request.peer)
    return _page(call, channel, sorted(channel.posts), request)


@routes.on(functions.messages.SearchRequest)
def search(call: Call, request: Any) -> Any:
    """A page of those posts that contain `q` in any case. Filters of media are not told apart here."""
    channel = call.view.find_channel(request.peer)
    wanted = request.q.casefold()
    ids = sorted(number for number, post in channel.posts.items() if wanted in post.text.casefold())
    return _page(call, channel, ids, request)


def _page(call: Call, channel: Channel, ids: list[int], request: Any) -> Any:
    start = _newer(channel, ids, request) + request.add_offset
    stop = start + min(request.limit or LIMIT_MAXIMUM, LIMIT_MAXIMUM)
    page = ids[::-1][max(0, start) : max(0, stop)]
    if request.max_id:
        page = [number for number in page if number < request.max_id]
    page = [number for number in page if number > request.min_id]
    posts = [channel.posts[number] for number in page]
    messages = [call.view.message(post) for post in posts]
    chats = call.view.chats_of(posts, channel)
    return types.messages.ChannelMessages(
        channel.pts, len(ids), messages, [], chats, [], offset_id_offset=max(0, start)
    )


@routes.on(functions.messages.GetMessagesViewsRequest)
def get_messages_views(call: Call, request: Any) -> Any:
    """Views by id; empty for what does not stand. `increment` counts the caller."""
    channel = call.view.find_channel(request.peer)
    counts = []
    for number in request.id:
        post = channel.posts.get(number)
        if post and request.increment:
            call.server.world.view(channel, number, post.views + 1)
        counts.append(types.MessageViews(post.views, 0) if post else types.MessageViews())
    return types.messages.MessageViews(counts, [], [])

"""Pulling posts: from a channel's cursor to its end, old ones on request, and new ones again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from telethon import TelegramClient, functions, types

from monitor.incoming import IncomingPost
from monitor.telegram.convert import incoming_post
from monitor.telegram.pace import Pace, patiently

PAGE = 100
"""Messages a request, the most that messages.getHistory gives."""

WINDOW = 300
"""Messages read again where Telegram does not say which have changed."""

IDS = 200
"""Messages a request, the most that channels.getMessages gives."""

StorePage = Callable[[list[IncomingPost], int], Awaitable[None]]
StoreNews = Callable[[list[IncomingPost], int, int], Awaitable[None]]


async def backfill(
    client: TelegramClient, peer: types.InputPeerChannel, cursor: int, store: StoreNews, *, pace: Pace, top: int = 0
) -> tuple[int, int]:
    """Pull every message after `cursor`, oldest first, a page at a time; the id that was reached, and the channel's pts then.

    `store(posts, reached, as_of)` gets each page with its highest message id and the channel's pts. Stops at `top`
    without another request, if it is given, else at the first empty page. Waits through FLOOD_WAIT; raises Telethon's
    other errors.
    """
    while True:
        # As Telethon's reverse does: the page that ends a hundred messages after the cursor.
        page, as_of = await _page(client, peer, pace, offset_id=cursor + 1, add_offset=-PAGE)
        page = [message for message in page if message.id > cursor]
        if not page:
            return cursor, as_of
        cursor = max(message.id for message in page)
        await store(_posts(page), cursor, as_of)
        if top and cursor >= top:
            return cursor, as_of


async def history(
    client: TelegramClient,
    peer: types.InputPeerChannel,
    store: StorePage,
    *,
    pace: Pace,
    since: datetime,
    before: int = 0,
) -> None:
    """Pull the posts that were made from `since` on, newest first, of messages before the id `before` (0: of all).

    `store(posts, oldest)` gets each page with its lowest message id: these posts must neither alert nor move a cursor.
    """
    oldest = before
    while True:
        page, _ = await _page(client, peer, pace, offset_id=oldest)
        if not page:
            return
        oldest = min(message.id for message in page)
        await store([post for post in _posts(page) if post.date >= since], oldest)
        if min(message.date for message in page) < since:
            return


async def reread(
    client: TelegramClient, peer: types.InputPeerChannel, newest: int, *, pace: Pace
) -> tuple[list[IncomingPost], list[int], int]:
    """The last WINDOW messages up to `newest` as they are now, the ids among them that are gone, and the channel's pts."""
    channel, found, gone, as_of = types.InputChannel(peer.channel_id, peer.access_hash), list[Any](), list[int](), 0
    for last in range(newest, max(0, newest - WINDOW), -IDS):
        ids = list(range(max(1, last - IDS + 1, newest - WINDOW + 1), last + 1))
        request = functions.channels.GetMessagesRequest(channel, [types.InputMessageID(number) for number in ids])
        await pace.turn()
        answer = await patiently(lambda request=request: client(request))  # type: ignore[misc]
        there = [message for message in answer.messages if not isinstance(message, types.MessageEmpty)]
        found += there
        gone += sorted(set(ids) - {message.id for message in there})
        as_of = min(as_of or answer.pts, answer.pts)
    return _posts(found), gone, as_of


async def _page(
    client: TelegramClient, peer: types.InputPeerChannel, pace: Pace, *, offset_id: int = 0, add_offset: int = 0
) -> tuple[list[Any], int]:
    """A page of the history, and the channel's pts."""
    request = functions.messages.GetHistoryRequest(
        peer, offset_id=offset_id, offset_date=None, add_offset=add_offset, limit=PAGE, max_id=0, min_id=0, hash=0
    )
    await pace.turn()
    answer = await patiently(lambda: client(request))
    return list(answer.messages), getattr(answer, "pts", 0)


def _posts(messages: Sequence[Any]) -> list[IncomingPost]:
    posts = (incoming_post(message) for message in messages)
    return [post for post in posts if post is not None]

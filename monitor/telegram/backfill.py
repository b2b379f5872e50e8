"""Pulling posts: from a channel's cursor to its end, old ones on request, and new ones again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from telethon import TelegramClient, types

from monitor.incoming import IncomingPost
from monitor.telegram.convert import incoming_post
from monitor.telegram.pace import Pace, patiently

PAGE = 100
"""Messages a request, the most that messages.getHistory gives."""

StorePage = Callable[[list[IncomingPost], int], Awaitable[None]]


async def backfill(
    client: TelegramClient, peer: types.InputPeerChannel, cursor: int, store: StorePage, *, pace: Pace, top: int = 0
) -> int:
    """Pull every message after `cursor`, oldest first, a page at a time; the id that was reached.

    `store(posts, reached)` gets each page with its highest message id. Stops at `top` without another request, if it is
    given, else at the first empty page. Waits through FLOOD_WAIT; raises Telethon's other errors.
    """
    while True:
        page = await _page(client, peer, pace, min_id=cursor, reverse=True)
        if not page:
            return cursor
        cursor = max(message.id for message in page)
        await store(_posts(page), cursor)
        if top and cursor >= top:
            return cursor


async def history(
    client: TelegramClient,
    peer: types.InputPeerChannel,
    store: StorePage,
    *,
    pace: Pace,
    limit: int,
    since: datetime | None = None,
) -> int:
    """Pull at most `limit` old posts, newest first, none before `since`; how many there were.

    `store(posts, oldest)` gets each page with its lowest message id: these posts must neither alert nor move a cursor.
    """
    count, oldest = 0, 0
    while count < limit:
        page = await _page(client, peer, pace, offset_id=oldest)
        if not page:
            break
        oldest = min(message.id for message in page)
        posts = [post for post in _posts(page) if since is None or post.date >= since][: limit - count]
        count += len(posts)
        await store(posts, oldest)
        if since is not None and min(message.date for message in page) < since:
            break
    return count


async def reread(
    client: TelegramClient, peer: types.InputPeerChannel, newest: int
) -> tuple[list[IncomingPost], list[int]]:
    """The last PAGE messages up to `newest` as they are now, and the ids among them that are gone: one request."""
    ids = list(range(max(1, newest - PAGE + 1), newest + 1))
    messages = await patiently(lambda: client.get_messages(peer, ids=ids))
    gone = [number for number, message in zip(ids, messages, strict=True) if message is None]
    return _posts(messages), gone


async def _page(client: TelegramClient, peer: types.InputPeerChannel, pace: Pace, **where: Any) -> list[Any]:
    await pace.turn()
    return list(await patiently(lambda: client.get_messages(peer, limit=PAGE, **where)))


def _posts(messages: Sequence[Any]) -> list[IncomingPost]:
    posts = (incoming_post(message) for message in messages)
    return [post for post in posts if post is not None]

"""Bringing an export into the archive: in batches, owing nothing, and known posts are left as they are."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.archiving import BATCH, Archive
from monitor.database import Sessions
from monitor.desktop.albums import Authored, grouped
from monitor.desktop.posts import UnreadableMessageError, UnsupportedMessageError, post_of
from monitor.desktop.reading import Chat, Export
from monitor.errors import MonitorError
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested
from monitor.models import Channel, Post
from monitor.upsert import insert_for

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Imported:
    """What became of the messages of an export, but of those that cannot be read. `broken` is why it could not be read to its end."""

    posts: Ingested = field(default_factory=Ingested)
    service: int = 0
    unsupported: int = 0
    broken: MonitorError | None = None


async def import_export(
    sessions: Sessions, export: Export, now: datetime, progress: Progress, *, processes: int | None = None
) -> Imported:
    """Store the posts and match them; they alert nobody. `progress` is told (bytes read, posts taken in) so far.

    A stored post changes only if the export has a later edit of it, for an export knows less than Telegram tells. `processes` read
    the posts, one a core by default.
    """
    result = Imported()
    total = result.posts
    archive = Archive(sessions, now, choose=_news, processes=processes)
    async for done in archive.store(_remembered(sessions, _batches(export, result), now)):
        total.add(done)
        progress(export.byte, total.new + total.edited + total.unchanged)
    return result


async def _remembered(
    sessions: Sessions, batches: Iterator[tuple[set[Chat], list[IncomingPost]]], now: datetime
) -> AsyncIterator[list[IncomingPost]]:
    """The batches, once their channels are in the table."""
    seen: set[Chat] = set()
    for chats, posts in batches:
        if unknown := chats - seen:
            async with sessions.begin() as session:
                for chat in unknown:
                    await _remember(session, chat, now)
            seen |= unknown
        yield posts


def _batches(export: Export, done: Imported) -> Iterator[tuple[set[Chat], list[IncomingPost]]]:
    """Batches of posts with their channels; what was read before the file breaks is the last."""
    chats: set[Chat] = set()
    posts: list[IncomingPost] = []
    for post in grouped(_readable(export, done, chats)):
        posts.append(post)
        if len(posts) == BATCH:
            yield chats, posts
            posts = []
    if posts:
        yield chats, posts


def _readable(export: Export, done: Imported, chats: set[Chat]) -> Iterator[Authored]:
    """The posts with their authors; what is none is counted, and each channel is put into `chats`."""
    try:
        for chat, message in export.messages():
            chats.add(chat)
            try:
                post = post_of(message, chat.id)
            except UnsupportedMessageError:
                done.unsupported += 1
                continue
            except UnreadableMessageError as error:
                export.misfits.add(_where(message), str(error))
                continue
            if post is None:
                done.service += 1
            else:
                yield post, str(message.get("author") or message.get("from_id"))
    except MonitorError as error:
        done.broken = error


def _where(message: Any) -> str:
    return f"message {str(message['id'])[:20]}" if isinstance(message, dict) and "id" in message else "a message"


async def _remember(session: AsyncSession, chat: Chat, now: datetime) -> None:
    """Have the channel in the table; one that is there already is left alone."""
    values = {"id": chat.id, "title": chat.title, "watched": False, "cursor": 0, "added_at": now}
    await session.execute(insert_for(session, Channel).values(values).on_conflict_do_nothing())


async def _news(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[IncomingPost]:
    """The posts that are not stored, or of which a later edit is told here."""
    stored: dict[tuple[int, int], datetime] = {}
    for channel_id in {post.channel_id for post in posts}:
        ids = [post.message_id for post in posts if post.channel_id == channel_id]
        theirs = (Post.channel_id == channel_id, Post.message_id.in_(ids))
        for message_id, edited_at in await session.execute(select(Post.message_id, Post.edited_at).where(*theirs)):
            stored[channel_id, message_id] = edited_at or _NEVER
    return [post for post in posts if _is_news(post, stored)]


def _is_news(post: IncomingPost, stored: dict[tuple[int, int], datetime]) -> bool:
    known = stored.get((post.channel_id, post.message_id))
    return known is None or (post.edit_date is not None and post.edit_date > known)

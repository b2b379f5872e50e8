"""Bringing an export into the archive: in batches, owing nothing, and known posts are left as they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index
from monitor.database import Sessions
from monitor.desktop.albums import Authored, grouped
from monitor.desktop.posts import UnreadableMessageError, post_of
from monitor.desktop.reading import Chat, Export
from monitor.errors import MonitorError
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest
from monitor.language import Habits
from monitor.models import Channel, Post
from monitor.topics import StandingTopics
from monitor.upsert import insert_for

BATCH = 500
MANY = 1_000  # posts after which the index is tidied
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Imported:
    """What became of the messages of an export. `broken` is why it could not be read to its end."""

    posts: Ingested = field(default_factory=Ingested)
    service: int = 0
    unreadable: int = 0
    broken: MonitorError | None = None


async def import_export(sessions: Sessions, export: Export, now: datetime, progress: Progress) -> Imported:
    """Store the posts and match them; they alert nobody. `progress` is told (bytes read, posts taken in) so far.

    A stored post changes only if the export has a later edit of it, for an export knows less than Telegram tells.
    """
    topics, habits, done, seen = StandingTopics(), Habits(), Imported(), set[int]()
    for chats, posts in _batches(export, done):
        async with sessions.begin() as session:
            for chat in chats:
                if chat.id not in seen:
                    await _remember(session, chat, now)
                    seen.add(chat.id)
            news = await _news(session, posts)
            _add(done.posts, await ingest(session, topics, news, now=now, alert=False, habits=habits))
        done.posts.unchanged += len(posts) - len(news)
        progress(export.byte, done.posts.new + done.posts.edited + done.posts.unchanged)
    if done.posts.new >= MANY:
        await index.tidy(sessions)
    return done


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
            except UnreadableMessageError:
                done.unreadable += 1
                continue
            if post is None:
                done.service += 1
            else:
                yield post, str(message.get("author") or message.get("from_id"))
    except MonitorError as error:
        done.broken = error


async def _remember(session: AsyncSession, chat: Chat, now: datetime) -> None:
    """Have the channel in the table; one that is there already is left alone."""
    values = {"id": chat.id, "title": chat.title, "watched": False, "cursor": 0, "added_at": now}
    await session.execute(insert_for(session, Channel).values(values).on_conflict_do_nothing())


async def _news(session: AsyncSession, posts: list[IncomingPost]) -> list[IncomingPost]:
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


def _add(total: Ingested, more: Ingested) -> None:
    total.new += more.new
    total.edited += more.edited
    total.unchanged += more.unchanged
    total.matched += more.matched

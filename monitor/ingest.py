"""The path of a post: store → match → enqueue, in the caller's one transaction; edits and deletions the same way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import counts, fanout, index, post_ids, stories, updates
from monitor.documents import document_of, within
from monitor.incoming import IncomingPost
from monitor.language import RECENT, Habits
from monitor.models import Channel, Match, Post, PostVersion, Topic
from monitor.query.document import Document
from monitor.similarity import WINDOW
from monitor.topics import StandingTopics
from monitor.upsert import insert_for

_LOOKUP = 300  # posts or topics a statement: three bound variables each at most
Key = tuple[int, int]

ALBUM_WAIT = timedelta(seconds=1.5)
"""The parts of an album come one by one; an alert shows them as one."""


@dataclass(slots=True)
class Ingested:
    """What one call did, in posts; `owed` counts deliveries, `channels` the new posts by channel id."""

    new: int = 0
    edited: int = 0
    unchanged: int = 0
    matched: int = 0
    owed: int = 0
    channels: Counter[int] = field(default_factory=Counter)


async def ingest(
    session: AsyncSession,
    topics: StandingTopics,
    posts: Sequence[IncomingPost],
    *,
    now: datetime,
    reached: Mapping[int, int] | None = None,
    alert: bool = True,
    habits: Habits | None = None,
) -> Ingested:
    """Store the posts, match those that are new or changed, owe alerts for them, move the cursors to `reached`.

    Idempotent: a post that is stored already is compared, never stored or owed again. `alert=False` (history, import) owes nothing,
    nor does a new post below its channel's cursor, of which only an edit tells.
    """
    await topics.refresh(session)
    unique = {(post.channel_id, post.message_id): post for post in posts}
    neighbours = await _neighbours(session, list(unique.values()))
    stored = {key: post for post in neighbours if (key := (post.channel_id, post.message_id)) in unique}
    fresh = [post for key, post in unique.items() if key not in stored]
    done = Ingested(new=len(fresh), channels=Counter(post.channel_id for post in fresh))
    ids = await post_ids.assign(session, fresh, (post.id for post in neighbours))
    habits = habits or Habits()
    await _recall(session, habits, {post.channel_id for post in unique.values()})
    changed = await _insert(session, fresh, ids, habits, now, alert=alert)
    told_again = {post.story_id for post in changed}
    await counts.note(session, [(post, unique[key]) for key, post in stored.items()], now)
    for key, post in stored.items():
        if await _update(session, post, unique[key], habits, now):
            changed.append(post)
            done.edited += 1
            if post.story_id is None and (alert or post.date >= now - WINDOW):
                await stories.place(session, [post])
                told_again.add(post.story_id)
        else:
            done.unchanged += 1
    channels = await _channels(session, {post.channel_id for post in changed})
    for post in changed:
        document = document_of(post, channels[post.channel_id])
        old = post.message_id <= channels[post.channel_id].cursor and (post.channel_id, post.message_id) not in stored
        await _match(session, topics, post, document, now, alert and not old, done)
    await updates.after_edits(session, [post for post in changed if (post.channel_id, post.message_id) in stored], now)
    await updates.after_repeats(session, {story for story in told_again if story is not None}, now)
    await _move_cursors(session, reached or {})
    return done


async def mark_deleted(session: AsyncSession, channel_id: int, message_ids: Sequence[int], now: datetime) -> int:
    """Mark posts as deleted at `now`; they stay. How many were not marked before."""
    theirs = (Post.channel_id == channel_id, Post.message_id.in_(message_ids), Post.deleted_at.is_(None))
    marked = await session.scalars(update(Post).where(*theirs).values(deleted_at=now).returning(Post.album_id))
    albums = marked.all()
    await updates.after_deletions(session, albums, now)
    return len(albums)


async def stored(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[IncomingPost]:
    """Those of the posts that are stored, in whatever text."""
    known = {(post.channel_id, post.message_id) for post in await _neighbours(session, posts)}
    return [post for post in posts if (post.channel_id, post.message_id) in known]


async def _neighbours(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[Post]:
    """The stored posts that are these, or that have the id which one of these would take."""
    found: list[Post] = []
    for start in range(0, len(posts), _LOOKUP):
        some = posts[start : start + _LOOKUP]
        messages: dict[int, list[int]] = {}
        for post in some:
            messages.setdefault(post.channel_id, []).append(post.message_id)
        # A channel at a time: for (channel_id, message_id) IN (VALUES …) SQLite reads the whole table.
        same = [and_(Post.channel_id == channel, Post.message_id.in_(ids)) for channel, ids in messages.items()]
        has_id = Post.id.in_([post_ids.first_choice(post) for post in some])
        found.extend(await session.scalars(select(Post).where(or_(has_id, *same))))
    return found


async def _insert(
    session: AsyncSession, fresh: Sequence[IncomingPost], ids: list[int], habits: Habits, now: datetime, *, alert: bool
) -> list[Post]:
    if not fresh:
        return []
    albums = await _albums(session, fresh, ids)
    rows = [_row(post, post_id, album, habits, now) for post, post_id, album in zip(fresh, ids, albums, strict=True)]
    posts = [Post(**row) for row in rows]
    await stories.place(session, [post for post in posts if alert or post.date >= now - WINDOW])
    await session.execute(
        insert(Post), [row | {"story_id": post.story_id} for row, post in zip(rows, posts, strict=True)]
    )
    await index.add(session, posts)
    return posts


async def _recall(session: AsyncSession, habits: Habits, channel_ids: set[int]) -> None:
    """Tell the habits, which a restart empties, what the newest stored posts of these channels are written in."""
    for channel_id in habits.unknown(channel_ids):
        newest = (
            select(Post.language).where(Post.channel_id == channel_id).order_by(Post.message_id.desc()).limit(RECENT)
        )
        habits.learn(channel_id, await session.scalars(newest))


def _row(post: IncomingPost, post_id: int, album: int, habits: Habits, now: datetime) -> dict[str, Any]:
    return {
        "id": post_id,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "date": post.date,
        "album_id": album,
        "language": habits.detect(post.channel_id, post.text),
        "version": 1,
        "deleted_at": None,
        "stored_at": now,
        **_content(post),
    }


def _content(post: IncomingPost) -> dict[str, Any]:
    return {
        "text": post.text.replace("\x00", ""),  # PostgreSQL has no NUL in text
        "entities": list(post.entities),
        "media": list(post.media),
        "links": list(post.links),
        "forward": post.forward,
        "grouped_id": post.grouped_id,
        "preview": post.preview and post.preview.replace("\x00", ""),
        "views": post.views,
        "forwards": post.forwards,
        "reactions": post.reactions,
        "edited_at": post.edit_date,
    }


async def _albums(session: AsyncSession, fresh: Sequence[IncomingPost], ids: list[int]) -> list[int]:
    """For each post the id of the first stored part of its album, or its own."""
    groups = {(post.channel_id, post.grouped_id) for post in fresh if post.grouped_id is not None}
    known: dict[tuple[int, int | None], int] = {}
    for channel_id, grouped_id in groups:
        part = select(Post.album_id).where(Post.channel_id == channel_id, Post.grouped_id == grouped_id).limit(1)
        first = await session.scalar(part)
        if first is not None:
            known[channel_id, grouped_id] = first
    return [
        post_id if post.grouped_id is None else known.setdefault((post.channel_id, post.grouped_id), post_id)
        for post, post_id in zip(fresh, ids, strict=True)
    ]


async def _update(session: AsyncSession, post: Post, incoming: IncomingPost, habits: Habits, now: datetime) -> bool:
    """Take over a newer text; True if the content changed. Reactions arrive as edits too and change nothing.

    The title of a page comes when Telegram has read the page: it makes no version.
    """
    content = _content(incoming)
    if post.edited_at is not None and (incoming.edit_date is None or incoming.edit_date < post.edited_at):
        return False
    if all(getattr(post, name) == content[name] for name in ("text", "entities", "media", "links")):
        return await _preview(session, post, content["preview"])
    seen_at = post.edited_at or post.stored_at
    session.add(
        PostVersion(post_id=post.id, number=post.version, text=post.text, entities=post.entities, seen_at=seen_at)
    )
    indexed = index.terms_of(post)
    for name, value in content.items():
        if name not in counts.NAMES:
            setattr(post, name, value)
    post.language = habits.detect(post.channel_id, post.text)
    post.edited_at = incoming.edit_date or now
    post.version += 1
    await session.flush()
    await index.replace(session, post, indexed)
    return True


async def _preview(session: AsyncSession, post: Post, title: str | None) -> bool:
    """Take over the title of the page that the post links to; True if it is another."""
    if title is None or title == post.preview:
        return False
    indexed = index.terms_of(post)
    post.preview = title
    await session.flush()
    await index.replace(session, post, indexed)
    return True


async def _match(
    session: AsyncSession,
    topics: StandingTopics,
    post: Post,
    document: Document,
    now: datetime,
    alert: bool,
    done: Ingested,
) -> None:
    topic_ids = await _existing(session, topics, topics.match(document))
    if post.version > 1:
        await updates.end_matches(session, post.id, topic_ids, now)
    if not topic_ids:
        return
    done.matched += 1
    rows = [
        {"post_id": post.id, "topic_id": topic, "spans": within(post, spans), "matched_at": now}
        for topic, spans in topics.spans(topic_ids, document).items()
    ]
    statement = insert_for(session, Match)
    refreshed = statement.on_conflict_do_update(
        index_elements=["post_id", "topic_id"], set_={"spans": statement.excluded.spans, "ended_at": None}
    )
    await session.execute(refreshed, rows)
    if alert:
        wait = ALBUM_WAIT if post.grouped_id is not None else timedelta(0)
        done.owed += await fanout.enqueue(session, post.album_id, topic_ids, now, wait=wait)


async def _channels(session: AsyncSession, ids: set[int]) -> dict[int, Channel]:
    rows = await session.scalars(select(Channel).where(Channel.id.in_(ids)))
    return {channel.id: channel for channel in rows}


async def _existing(session: AsyncSession, topics: StandingTopics, topic_ids: list[int]) -> list[int]:
    """Only the topics still in the table; the others are forgotten."""
    if not topic_ids:
        return []
    alive: set[int] = set()
    for start in range(0, len(topic_ids), _LOOKUP):
        alive.update(await session.scalars(select(Topic.id).where(Topic.id.in_(topic_ids[start : start + _LOOKUP]))))
    for topic_id in set(topic_ids) - alive:
        topics.forget(topic_id)
    return sorted(alive)


async def _move_cursors(session: AsyncSession, reached: Mapping[int, int]) -> None:
    for channel_id, message_id in reached.items():
        behind = (Channel.id == channel_id, Channel.cursor < message_id)
        await session.execute(update(Channel).where(*behind).values(cursor=message_id))

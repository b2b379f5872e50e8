"""The path of a post: store → match → enqueue, in the caller's one transaction; edits and deletions the same way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import counts, drafts, index, many_rows, matches, post_ids, post_rows, revisions, stories, updates
from monitor.among import among
from monitor.documents import document_of
from monitor.drafts import Draft
from monitor.incoming import IncomingPost
from monitor.language import RECENT, Habits
from monitor.models import Channel, Post
from monitor.post_rows import key_of
from monitor.query.document import Document
from monitor.similarity import WINDOW
from monitor.tables import CHANNELS, POSTS
from monitor.topics import StandingTopics

_ADD = insert(POSTS)
_MOVE = (
    update(CHANNELS)
    .where(CHANNELS.c.id == bindparam("channel"), CHANNELS.c.cursor < bindparam("message"))
    .values(cursor=bindparam("message"))
)


@dataclass(slots=True)
class Ingested:
    """What one call did, in posts; `owed` counts deliveries, `channels` the new posts by channel id."""

    new: int = 0
    edited: int = 0
    unchanged: int = 0
    matched: int = 0
    owed: int = 0
    channels: Counter[int] = field(default_factory=Counter)

    def add(self, more: "Ingested") -> None:
        """Count what another call did, too."""
        self.new += more.new
        self.edited += more.edited
        self.unchanged += more.unchanged
        self.matched += more.matched
        self.owed += more.owed
        self.channels.update(more.channels)


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
    nor does a new post below its channel's cursor, of which only an edit tells. The edit of an old post tells those whose query it
    did not satisfy before.
    """
    await topics.refresh(session)
    habits = habits or Habits()
    unique = {key_of(post): post for post in posts}
    neighbours = await post_rows.neighbours(session, list(unique.values()))
    known = [(post, unique[key]) for post in neighbours if (key := key_of(post)) in unique]
    stored_keys = {key_of(post) for post, _ in known}
    fresh = [post for key, post in unique.items() if key not in stored_keys]
    ids = await post_ids.assign(session, fresh, (post.id for post in neighbours))
    await recall(session, habits, {channel_id for channel_id, _ in unique})
    channels = await _channels(session, {channel_id for channel_id, _ in unique})
    fresh_drafts = await drafts.read(session, topics, fresh, ids, channels, habits, now)
    new = await _insert(session, fresh_drafts, now, alert=alert)
    old = {post.id: document_of(post, channels[post.channel_id]) for post, _ in known if post.date < now - WINDOW}
    edited, joined = await _compare(session, known, habits, now, alert=alert)
    done = Ingested(len(new), len(edited), len(known) - len(edited), channels=Counter(post.channel_id for post in new))
    found = {draft.post.id: draft.found for draft in fresh_drafts}
    await _match(session, topics, [*new, *edited], channels, found, old if alert else None, now, done)
    await updates.after_edits(session, edited, now)
    await updates.after_repeats(session, {post.story_id for post in [*new, *joined] if post.story_id is not None}, now)
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
    known = set((await post_rows.taken(session, posts)).values())
    return [post for post in posts if key_of(post) in known]


async def _insert(session: AsyncSession, fresh: Sequence[Draft], now: datetime, *, alert: bool) -> list[Post]:
    if not fresh:
        return []
    posts = [draft.post for draft in fresh]
    await stories.place(session, [post for post in posts if _is_told(post, now, alert)])
    for draft in fresh:
        draft.row["story_id"] = draft.post.story_id
    await _add(session, [draft.row for draft in fresh])
    await index.add(session, {draft.post.id: draft.entry for draft in fresh})
    return posts


async def _add(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    if index.is_sqlite(session):
        await session.execute(_ADD, rows)
    else:
        await many_rows.insert(session, POSTS, rows)


async def _compare(
    session: AsyncSession, known: Sequence[tuple[Post, IncomingPost]], habits: Habits, now: datetime, *, alert: bool
) -> tuple[list[Post], list[Post]]:
    """Take over what has changed: the edited posts, and those of them that only now look for their stories."""
    await counts.note(session, known, now)
    edited = [post for post, incoming in known if await revisions.take_over(session, post, incoming, habits, now)]
    homeless = [post for post in edited if post.story_id is None and _is_told(post, now, alert)]
    if homeless:
        await stories.place(session, homeless)
    return edited, homeless


def _is_told(post: Post, now: datetime, alert: bool) -> bool:
    """Whether the post is looked at for a place in a story: an archive's posts are none of the news."""
    return alert or post.date >= now - WINDOW


async def _match(
    session: AsyncSession,
    topics: StandingTopics,
    posts: Sequence[Post],
    channels: Mapping[int, Channel],
    known: Mapping[int, matches.Found],
    old: Mapping[int, Document] | None,
    now: datetime,
    done: Ingested,
) -> None:
    """Count in `done` what the posts match, and what is owed for it; `known` says of the new ones what they match.

    `old` is what old posts were before they were edited; None: nothing is owed for any.
    """
    read = {**known} | {
        post.id: matches.find(topics, post, document_of(post, channels[post.channel_id]))
        for post in posts
        if post.id not in known
    }
    found = await matches.note(session, topics, [(post, read[post.id]) for post in posts], now)
    done.matched += sum(map(bool, found))
    if old is None:
        return
    late = {post.id for post in posts if post.id in known and post.message_id <= channels[post.channel_id].cursor}
    news = [(post, _news(topics, old.get(post.id), ids)) for post, ids in zip(posts, found, strict=True) if ids]
    done.owed += await matches.owe(session, [(post, ids) for post, ids in news if ids and post.id not in late], now)


def _news(topics: StandingTopics, before: Document | None, topic_ids: list[int]) -> list[int]:
    """The topics that the post did not satisfy `before`."""
    return topic_ids if before is None else sorted(set(topic_ids).difference(topics.match(before)))


async def recall(session: AsyncSession, habits: Habits, channel_ids: set[int]) -> None:
    """Tell the habits, which a restart empties, what the newest stored posts of these channels are written in."""
    for channel_id in habits.unknown(channel_ids):
        newest = (
            select(Post.language).where(Post.channel_id == channel_id).order_by(Post.message_id.desc()).limit(RECENT)
        )
        habits.learn(channel_id, await session.scalars(newest))


async def _channels(session: AsyncSession, ids: set[int]) -> dict[int, Channel]:
    rows = await session.scalars(_of_ids(session.get_bind().dialect.name), {"ids": list(ids)})
    return {channel.id: channel for channel in rows}


@cache
def _of_ids(dialect: str) -> Select[Channel]:
    return select(Channel).where(among(dialect, CHANNELS.c.id, "ids"))


async def _move_cursors(session: AsyncSession, reached: Mapping[int, int]) -> None:
    for channel_id, message_id in reached.items():
        await session.execute(_MOVE, {"channel": channel_id, "message": message_id})

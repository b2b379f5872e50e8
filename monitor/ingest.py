"""The path of a post: store → match → enqueue, in the caller's one transaction; edits and deletions the same way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import counts, direct, drafts, index, many_rows, matches, post_ids, post_rows, revisions, stories, updates
from monitor.among import among
from monitor.documents import document_of
from monitor.drafts import Draft
from monitor.fanout import News
from monitor.gist import Gist
from monitor.incoming import IncomingPost
from monitor.language import RECENT, Habits
from monitor.matches import Found
from monitor.models import Post
from monitor.placing import Told
from monitor.post_rows import Key, key_of
from monitor.query.document import Document
from monitor.similarity import WINDOW
from monitor.tables import CHANNELS, POSTS
from monitor.topics import StandingTopics
from monitor.usernames import Names

_MOVE = (
    update(CHANNELS)
    .where(CHANNELS.c.id == bindparam("channel"), CHANNELS.c.cursor < bindparam("message"))
    .values(cursor=bindparam("message"))
)


class _Channel(NamedTuple):
    names: Names
    cursor: int


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
    gists: Mapping[Key, Gist] = drafts.UNREAD,
) -> Ingested:
    """Store the posts, match those that are new or changed, owe alerts for them, move the cursors to `reached`.

    Idempotent: a post that is stored already is compared, never stored or owed again. `alert=False` (history, import) owes nothing,
    nor does a new post below its channel's cursor, of which only an edit tells. The edit of an old post tells those whose query it
    did not satisfy before. `gists` are those of new posts that were read before, by the topics and names of now.
    """
    await topics.refresh(session)
    habits = habits or Habits()
    fresh, known = await _apart(session, posts)
    channel_ids = {post.channel_id for post in posts}
    await recall(session, habits, channel_ids)
    channels = await _channels(session, channel_ids)
    names = {channel_id: channel.names for channel_id, channel in channels.items()}
    new = await drafts.read(session, topics, habits, fresh, names, now, gists=gists)
    placed = await _insert(session, new, now, alert=alert)
    for post, _ in known:
        if post.id in placed and post.story_id is None:  # it was read before a new post repeated it
            post.story_id = placed[post.id]
    old = {post.id: document_of(post, names[post.channel_id]) for post, _ in known if post.date < now - WINDOW}
    edited, joined = await _compare(session, known, habits, now, alert=alert)
    found: dict[int, Found] = {draft.row["id"]: draft.gist.matched for draft in new}
    found |= {post.id: matches.find(topics, post, document_of(post, names[post.channel_id])) for post in edited}
    crowds = await matches.audience(session, topics, set(chain.from_iterable(found.values())))
    satisfied = await matches.note(session, crowds, found, [post.id for post in edited], now)
    done = Ingested(len(new), len(edited), len(known) - len(edited), len(satisfied))
    done.channels.update(post.channel_id for post in fresh.values())
    if alert:
        news = {**_first_told(new, satisfied, channels), **_told_anew(topics, edited, satisfied, old)}
        done.owed = await matches.owe(session, crowds, news, now)
    await updates.after_edits(session, edited, now)
    await _tell_repeats(session, new, joined, now)
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


async def _apart(
    session: AsyncSession, posts: Sequence[IncomingPost]
) -> tuple[dict[int, IncomingPost], list[tuple[Post, IncomingPost]]]:
    """New posts, by the ids that they shall have, and stored ones with what is told of them now."""
    unique = {key_of(post): post for post in posts}
    neighbours = await post_rows.neighbours(session, list(unique.values()))
    known = [(post, unique[key]) for post in neighbours if (key := key_of(post)) in unique]
    stored_keys = {key_of(post) for post, _ in known}
    fresh = [post for key, post in unique.items() if key not in stored_keys]
    ids = await post_ids.assign(session, fresh, (post.id for post in neighbours))
    return dict(zip(ids, fresh, strict=True)), known


async def _insert(session: AsyncSession, new: Sequence[Draft], now: datetime, *, alert: bool) -> Mapping[int, int]:
    """Write the new posts; the stories of those that tell one, and of stored ones that founded one by that: {post id: story id}."""
    if not new:
        return {}
    rows = [draft.row for draft in new]
    placed = await _place(session, [row for row in rows if _is_told(row["date"], now, alert)])
    await many_rows.insert(session, POSTS, rows)
    await index.add(session, drafts.entries(new))
    return placed


async def _place(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> Mapping[int, int]:
    placed = await stories.place(session, list(map(Told.of_row, rows))) if rows else {}
    for row in rows:
        row["story_id"] = placed.get(row["id"])
    return placed


async def _compare(
    session: AsyncSession, known: Sequence[tuple[Post, IncomingPost]], habits: Habits, now: datetime, *, alert: bool
) -> tuple[list[Post], list[Post]]:
    """Take over what has changed: the edited posts, and those of them that only now look for their stories."""
    await counts.note(session, known, now)
    edited = [post for post, incoming in known if await revisions.take_over(session, post, incoming, habits, now)]
    homeless = [post for post in edited if post.story_id is None and _is_told(post.date, now, alert)]
    placed = await stories.place(session, list(map(Told.of, homeless))) if homeless else {}
    for post in homeless:
        post.story_id = placed.get(post.id)
    return edited, homeless


def _is_told(date: datetime, now: datetime, alert: bool) -> bool:
    """Whether a post is looked at for a place in a story: an archive's posts are none of the news."""
    return alert or date >= now - WINDOW


def _first_told(
    new: Sequence[Draft], satisfied: Mapping[int, list[int]], channels: Mapping[int, _Channel]
) -> dict[News, list[int]]:
    """Of new posts, those above their channel's cursor that satisfy topics: which."""
    rows = (draft.row for draft in new if draft.row["id"] in satisfied)
    above = (row for row in rows if row["message_id"] > channels[row["channel_id"]].cursor)
    return {
        News(row["id"], row["album_id"], row["story_id"], row["grouped_id"] is not None): satisfied[row["id"]]
        for row in above
    }


def _told_anew(
    topics: StandingTopics, edited: Sequence[Post], satisfied: Mapping[int, list[int]], old: Mapping[int, Document]
) -> dict[News, list[int]]:
    """Of edited posts, those that satisfy topics: which; of `old` ones only what they did not satisfy before."""
    news = dict[News, list[int]]()
    for post in edited:
        topic_ids = satisfied.get(post.id, [])
        if topic_ids and post.id in old:
            topic_ids = sorted(set(topic_ids).difference(topics.match(old[post.id])))
        if topic_ids:
            news[News(post.id, post.album_id, post.story_id, post.grouped_id is not None)] = topic_ids
    return news


async def _tell_repeats(session: AsyncSession, new: Sequence[Draft], joined: Sequence[Post], now: datetime) -> None:
    placed = [draft.row["story_id"] for draft in new] + [post.story_id for post in joined]
    await updates.after_repeats(session, {story for story in placed if story is not None}, now)


async def recall(session: AsyncSession, habits: Habits, channel_ids: set[int]) -> None:
    """Tell the habits, which a restart empties, what the newest stored posts of these channels are written in."""
    for channel_id in habits.unknown(channel_ids):
        newest = (
            select(Post.language).where(Post.channel_id == channel_id).order_by(Post.message_id.desc()).limit(RECENT)
        )
        habits.learn(channel_id, await session.scalars(newest))


async def _channels(session: AsyncSession, ids: set[int]) -> dict[int, _Channel]:
    rows = await direct.ask(session, _of_ids(session.get_bind().dialect.name), {"ids": list(ids)})
    return {row.id: _Channel(Names(row.username, frozenset(row.aliases or ())), row.cursor) for row in rows}


@cache
def _of_ids(dialect: str) -> Select[Any]:
    columns = select(CHANNELS.c.id, CHANNELS.c.username, CHANNELS.c.aliases, CHANNELS.c.cursor)
    return columns.where(among(dialect, CHANNELS.c.id, "ids"))


async def _move_cursors(session: AsyncSession, reached: Mapping[int, int]) -> None:
    for channel_id, message_id in reached.items():
        await direct.ask(session, _MOVE, {"channel": channel_id, "message": message_id})

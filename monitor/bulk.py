"""Storing many old posts in few statements: what `ingest` would write of them, row by row, when nothing is owed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, many_rows, matches, post_ids, post_rows, stories, updates, usernames
from monitor.gist import Gist, Matched, completed, gist_of
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest, recall
from monitor.language import Habits
from monitor.models import Post
from monitor.post_rows import Key, key_of
from monitor.similarity import WINDOW
from monitor.tables import POSTS
from monitor.topics import StandingTopics


async def store(
    session: AsyncSession,
    topics: StandingTopics,
    habits: Habits,
    posts: Sequence[IncomingPost],
    gists: Mapping[Key, Gist],
    now: datetime,
) -> Ingested:
    """Store the posts and their matches, alerting nobody; `gists` of new posts that were read by the topics of now."""
    unique = {key_of(post): post for post in posts}
    taken = await post_rows.taken(session, list(unique.values()))
    stored = unique.keys() & set(taken.values())
    fresh = [post for key, post in unique.items() if key not in stored]
    ids = await post_ids.assign(session, fresh, taken)
    await recall(session, habits, {channel_id for channel_id, _ in unique})
    drafts = await _drafts(session, topics, habits, dict(zip(ids, fresh, strict=True)), gists, now)
    matched = await _insert(session, topics, drafts, now) if drafts else 0
    known = [unique[key] for key in unique if key in stored]
    done = await ingest(session, topics, known, now=now, alert=False, habits=habits) if known else Ingested()
    done.new, done.matched = len(fresh), done.matched + matched
    done.channels = Counter(post.channel_id for post in fresh)
    return done


class _Draft(NamedTuple):
    row: dict[str, Any]
    gist: Gist


async def _drafts(
    session: AsyncSession,
    topics: StandingTopics,
    habits: Habits,
    fresh: Mapping[int, IncomingPost],
    gists: Mapping[Key, Gist],
    now: datetime,
) -> list[_Draft]:
    """New posts, given by their ids to be, with all that is said of them."""
    names = await usernames.names_of(session, {post.channel_id for post in fresh.values()})
    albums = await post_rows.albums(session, list(fresh.values()), list(fresh))
    on_sqlite, drafts = index.is_sqlite(session), list[_Draft]()
    for (post_id, post), album in zip(fresh.items(), albums, strict=True):
        theirs = names[post.channel_id]
        gist = gists.get(key_of(post)) or gist_of(post, theirs, topics, on_sqlite=on_sqlite)
        code = habits.settle(post.channel_id, post.text, gist.said)
        if gist.entry is None:
            gist = completed(gist.said, code, post, theirs, topics, on_sqlite=on_sqlite)
        drafts.append(_Draft(post_rows.row(post, post_id, album, code, now) | {"story_id": None}, gist))
    return drafts


async def _insert(session: AsyncSession, topics: StandingTopics, drafts: Sequence[_Draft], now: datetime) -> int:
    """Insert new posts; how many satisfy a topic."""
    told = await _place(session, [draft.row for draft in drafts if draft.row["date"] >= now - WINDOW])
    await many_rows.insert(session, POSTS, [draft.row for draft in drafts])
    reached = await index.writable_from(session)
    entries = {draft.row["id"]: draft.gist.entry for draft in drafts}
    await index.put(session, {post_id: entry for post_id, entry in entries.items() if entry and post_id >= reached})
    await updates.after_repeats(session, told, now)
    return await _match(session, topics, {draft.row["id"]: draft.gist.matched for draft in drafts}, now)


async def _place(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[int]:
    """Find the stories of posts that are new enough to tell one; the stories."""
    posts = [Post(**row) for row in rows]
    if posts:
        await stories.place(session, posts)
    for row, post in zip(rows, posts, strict=True):
        row["story_id"] = post.story_id
    return {post.story_id for post in posts if post.story_id is not None}


async def _match(session: AsyncSession, topics: StandingTopics, found: Mapping[int, Matched], now: datetime) -> int:
    """Write down the matches with topics that still are; how many posts have one."""
    alive = set(await matches.existing(session, topics, sorted(set(chain.from_iterable(found.values())))))
    living = {
        post_id: {topic: matched[topic] for topic in matched if topic in alive} for post_id, matched in found.items()
    }
    living = {post_id: matched for post_id, matched in living.items() if matched}
    if living:
        await matches.write(session, living, now)
    return len(living)

"""Which topics a post satisfies: the rows that say so, and the alerts that follow from them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct, fanout, unnesting, updates
from monitor.claims import ALBUM_WAIT
from monitor.documents import within
from monitor.fanout import News
from monitor.models import Post
from monitor.query.document import Document
from monitor.query.evaluation import Span
from monitor.tables import MATCHES
from monitor.topics import StandingTopics
from monitor.upsert import insert_into

Found: TypeAlias = Mapping[int, list[Span]]
"""{topic id: what of a post's text matched, in characters}."""
Audience: TypeAlias = Mapping[int, int]
"""{topic id: how many subscribers it has, as far as `fanout.crowds` counts}."""

_AGAIN = "ON CONFLICT (post_id, topic_id) DO UPDATE SET spans = excluded.spans, ended_at = NULL"
_NAMES = ("post_id", "topic_id", "spans", "matched_at")
_ADD = insert_into("sqlite", MATCHES).values(
    {name: bindparam(f"new_{name}", type_=MATCHES.c[name].type) for name in _NAMES}
)
_SQLITE_WRITE = _ADD.on_conflict_do_update(
    index_elements=["post_id", "topic_id"], set_={"spans": _ADD.excluded.spans, "ended_at": None}
)


def find(topics: StandingTopics, post: Post, document: Document) -> Found:
    """The topics that a stored post satisfies, and on which characters."""
    return {topic: within(post, spans) for topic, spans in topics.found(document).items()}


async def audience(session: AsyncSession, topics: StandingTopics, topic_ids: Collection[int]) -> Audience:
    """How many wait for each of these topics, as far as they are still in the table; the others are forgotten."""
    alive = await fanout.crowds(session, topic_ids)
    for topic_id in set(topic_ids) - alive.keys():
        topics.forget(topic_id)
    return alive


async def note(
    session: AsyncSession, alive: Audience, found: Mapping[int, Found], edited: Collection[int], now: datetime
) -> dict[int, list[int]]:
    """Write down which topics posts satisfy, and the `edited` ones no longer: {post id: ids of those that it does}.

    `found` is {post id: what it satisfies}, of which only topics that are `alive` count; posts that satisfy none are left out.
    """
    living = {post_id: sorted(alive.keys() & matched.keys()) for post_id, matched in found.items()}
    for post_id in edited:
        await updates.end_matches(session, post_id, living[post_id], now)
    living = {post_id: topic_ids for post_id, topic_ids in living.items() if topic_ids}
    if living:
        rows = {post_id: {topic: found[post_id][topic] for topic in ids} for post_id, ids in living.items()}
        await write(session, rows, now)
    return living


async def owe(session: AsyncSession, crowds: Audience, news: Mapping[News, Sequence[int]], now: datetime) -> int:
    """Owe each post to the subscribers of its topics; to how many."""
    owed = []
    for post, topic_ids in news.items():
        wait = ALBUM_WAIT if post.is_album else timedelta(0)
        waited_for = {topic: crowds[topic] for topic in topic_ids if crowds[topic]}
        owed.append(fanout.Owed(post, waited_for, now + wait))
    return await fanout.enqueue_all(session, owed, now)


async def write(session: AsyncSession, found: Mapping[int, Found], now: datetime) -> None:
    """Write down {post id: {topic id: what matched}}."""
    rows = [(post_id, topic, spans, now) for post_id, matched in found.items() for topic, spans in matched.items()]
    if session.get_bind().dialect.name == "sqlite":
        new = [f"new_{name}" for name in _NAMES]
        await direct.tell(session, _SQLITE_WRITE, [dict(zip(new, row, strict=True)) for row in rows])
    else:
        named = [dict(zip(_NAMES, row, strict=True)) for row in rows]
        await unnesting.insert(session, MATCHES, _NAMES, named, _AGAIN)

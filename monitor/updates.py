"""What becomes of a post reaches whoever was alerted of it: edits, deletions, and other channels that say the same.

Each is owed as one edit of the alert, some seconds later, so that what happens meanwhile is in it too.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import retelling
from monitor.models import Match, Post

CHANGED = timedelta(seconds=2)
REPEATED = timedelta(seconds=10)
"""A story is told most often in its first minutes: its alert is edited six times a minute at most."""


async def after_edits(session: AsyncSession, posts: Sequence[Post], now: datetime) -> int:
    """Owe what has changed in these posts to whoever was alerted of them; how many."""
    return await retelling.enqueue(session, {post.album_id for post in posts}, now, wait=CHANGED)


async def after_deletions(session: AsyncSession, album_ids: Collection[int], now: datetime) -> int:
    """Owe the news that these posts are gone; how many."""
    return await retelling.enqueue(session, set(album_ids), now, wait=CHANGED)


async def after_repeats(session: AsyncSession, stories: Collection[int], now: datetime) -> int:
    """Owe the news that these stories have more tellers to whoever is told a story once; how many."""
    if not stories:
        return 0
    told = list(await session.scalars(select(Post.album_id).where(Post.story_id.in_(stories)).distinct()))
    return await retelling.enqueue(session, told, now, wait=REPEATED, only_once=True)


async def end_matches(session: AsyncSession, post_id: int, topic_ids: Collection[int], now: datetime) -> None:
    """The post, edited, satisfies these topics and no others any more."""
    others = (Match.post_id == post_id, Match.topic_id.not_in(topic_ids), Match.ended_at.is_(None))
    await session.execute(
        update(Match).where(*others).values(ended_at=now).execution_options(synchronize_session=False)
    )

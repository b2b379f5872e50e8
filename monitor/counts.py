"""What stands under a post: views, forwards and reactions, and a short history of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.incoming import IncomingPost
from monitor.models import Post, PostCount

NAMES = ("views", "forwards", "reactions")
EVERY = timedelta(hours=1)
"""The history of a post has at most one line in this time; `retention` says how long it is kept."""

_LOOKUP = 300


async def note(session: AsyncSession, seen: Sequence[tuple[Post, IncomingPost]], now: datetime) -> None:
    """Take over what stands under stored posts now. What the source does not say stays as it was."""
    changed = [post for post, incoming in seen if _take_over(post, incoming)]
    for start in range(0, len(changed), _LOOKUP):
        await _remember(session, changed[start : start + _LOOKUP], now)


def _take_over(post: Post, incoming: IncomingPost) -> bool:
    fresh = {name: value for name in NAMES if (value := getattr(incoming, name)) is not None}
    fresh = {name: value for name, value in fresh.items() if value != getattr(post, name)}
    for name, value in fresh.items():
        setattr(post, name, value)
    return bool(fresh)


async def _remember(session: AsyncSession, posts: Sequence[Post], now: datetime) -> None:
    last = (
        select(PostCount.post_id)
        .where(PostCount.post_id.in_([post.id for post in posts]))
        .group_by(PostCount.post_id)
        .having(func.max(PostCount.seen_at) > now - EVERY)
    )
    recent = set(await session.scalars(last))
    rows = [
        {"post_id": post.id, "seen_at": now} | {name: getattr(post, name) for name in NAMES}
        for post in posts
        if post.id not in recent
    ]
    if rows:
        await session.execute(insert(PostCount), rows)

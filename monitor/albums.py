"""What came as one: the parts of an album have a number in common in their channel; a post that stands alone is an album of one.

An album is known by the id of its first part, by which nothing finds the others: there is no index for it.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Post

# Asked for in no order: SQLite would take that of an index instead, in which it then passes all posts of the channel.
_PARTS = select(Post).where(Post.channel_id == bindparam("channel"), Post.grouped_id == bindparam("group"))


def are_one(part: Any, first: Any) -> ColumnElement[bool]:
    """Whether these, posts or their tables' columns, are the same or parts of one album."""
    same = and_(part.channel_id == first.channel_id, part.grouped_id == first.grouped_id)
    return or_(part.id == first.id, same)


async def parts(session: AsyncSession, post: Post) -> Sequence[Post]:
    """The post and what came as one with it, in order."""
    if post.grouped_id is None:
        return [post]
    album = await session.scalars(_PARTS, {"channel": post.channel_id, "group": post.grouped_id})
    return sorted(album, key=attrgetter("message_id"))

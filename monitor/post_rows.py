"""The rows of posts: which are stored already, and what is written of a new one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.incoming import IncomingPost
from monitor.models import Post

_LOOKUP = 300  # posts a statement: three bound variables each at most
Key = tuple[int, int]


def key_of(post: IncomingPost | Post) -> Key:
    """By what a post is known: its channel's id, and that of its message."""
    return post.channel_id, post.message_id


async def neighbours(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[Post]:
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


async def albums(session: AsyncSession, fresh: Sequence[IncomingPost], ids: Sequence[int]) -> list[int]:
    """For each new post the id of the first stored part of its album, or its own."""
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


def row(post: IncomingPost, post_id: int, album_id: int, language: str | None, now: datetime) -> dict[str, Any]:
    """A new post's columns."""
    return {
        "id": post_id,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "date": post.date,
        "album_id": album_id,
        "language": language,
        "version": 1,
        "deleted_at": None,
        "stored_at": now,
        **content(post),
    }


def content(post: IncomingPost) -> Mapping[str, Any]:
    """The columns that an edit may change."""
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

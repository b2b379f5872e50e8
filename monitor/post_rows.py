"""The rows of posts: which are stored already, and what is written of a new one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct, post_ids
from monitor.incoming import IncomingPost, stored_text
from monitor.models import Post

_LOOKUP = 300  # posts a statement: three bound variables each at most
# A table on the left of CROSS JOIN is read first (sqlite.org/optoverview.html, 7.2): posts then by its indexes.
_SQLITE_TAKEN = text(
    "SELECT posts.id, channel_id, message_id FROM json_each(:keys) AS wanted CROSS JOIN posts"
    " ON channel_id = json_extract(wanted.value, '$[0]') AND message_id = json_extract(wanted.value, '$[1]')"
    " UNION SELECT posts.id, channel_id, message_id FROM json_each(:ids) AS wanted CROSS JOIN posts ON posts.id = wanted.value"
)
_POSTGRES_TAKEN = text(
    "SELECT id, channel_id, message_id FROM posts JOIN unnest(CAST(:channels AS bigint[]), CAST(:messages AS bigint[]))"
    " AS wanted(channel, message) ON channel_id = channel AND message_id = message"
    " UNION SELECT id, channel_id, message_id FROM posts WHERE id = ANY(CAST(:ids AS bigint[]))"
)
Key = tuple[int, int]

_BY_ID = (
    select(Post).where(Post.id.in_(bindparam("ids", expanding=True))).order_by(Post.id)
)  # the eldest of a story is told


def key_of(post: IncomingPost | Post) -> Key:
    """By what a post is known: its channel's id, and that of its message."""
    return post.channel_id, post.message_id


async def neighbours(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[Post]:
    """The stored posts that are these, or that have the id which one of these would take."""
    found: list[Post] = []
    for start in range(0, len(posts), _LOOKUP):
        ids = await taken(session, posts[start : start + _LOOKUP])
        found.extend(await session.scalars(_BY_ID, {"ids": list(ids)}) if ids else ())
    return found


async def taken(session: AsyncSession, posts: Sequence[IncomingPost]) -> dict[int, Key]:
    """{id: key} of these stored posts, and of those that have the id which one of these would take; in one statement."""
    keys, ids = [key_of(post) for post in posts], [post_ids.first_choice(post) for post in posts]
    if session.get_bind().dialect.name == "sqlite":
        rows = await direct.ask(session, _SQLITE_TAKEN, {"keys": json.dumps(keys), "ids": json.dumps(ids)})
    else:
        channels, messages = [key[0] for key in keys], [key[1] for key in keys]
        asked = {"channels": channels, "messages": messages, "ids": ids}
        rows = (await session.execute(_POSTGRES_TAKEN, asked)).all()
    return {post_id: (channel_id, message_id) for post_id, channel_id, message_id in rows}


async def albums(session: AsyncSession, fresh: Sequence[IncomingPost], ids: Sequence[int]) -> list[int]:
    """For each new post the id of the first stored part of its album, or its own."""
    known = await _begun(session, [post for post in fresh if post.grouped_id is not None])
    return [
        post_id if post.grouped_id is None else known.setdefault((post.channel_id, post.grouped_id), post_id)
        for post, post_id in zip(fresh, ids, strict=True)
    ]


async def _begun(session: AsyncSession, parts: Sequence[IncomingPost]) -> dict[tuple[int, int | None], int]:
    """{(channel id, grouped id): album id} of those of these parts' albums of which a part is stored."""
    known: dict[tuple[int, int | None], int] = {}
    for start in range(0, len(parts), _LOOKUP):
        groups: dict[int, set[int | None]] = {}
        for part in parts[start : start + _LOOKUP]:
            groups.setdefault(part.channel_id, set()).add(part.grouped_id)
        same = [and_(Post.channel_id == channel, Post.grouped_id.in_(ids)) for channel, ids in groups.items()]
        rows = await session.execute(select(Post.channel_id, Post.grouped_id, Post.album_id).where(or_(*same)))
        known |= {(channel_id, grouped_id): album_id for channel_id, grouped_id, album_id in rows}
    return known


def row(post: IncomingPost, post_id: int, album_id: int, language: str | None, now: datetime) -> dict[str, Any]:
    """A new post's columns; of no story yet."""
    return {
        "id": post_id,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "date": post.date,
        "album_id": album_id,
        "language": language,
        "version": 1,
        "story_id": None,
        "deleted_at": None,
        "stored_at": now,
        **content(post),
    }


def content(post: IncomingPost) -> Mapping[str, Any]:
    """The columns that an edit may change."""
    return {
        "text": stored_text(post.text),
        "entities": list(post.entities),
        "media": list(post.media),
        "links": list(map(stored_text, post.links)),
        "forward": post.forward,
        "grouped_id": post.grouped_id,
        "preview": post.preview and stored_text(post.preview),
        "views": post.views,
        "forwards": post.forwards,
        "reactions": post.reactions,
        "edited_at": post.edit_date,
    }

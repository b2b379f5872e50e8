"""What a stored post becomes when its source tells it again: every text it has had is kept as a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import counts, index
from monitor.incoming import IncomingPost
from monitor.language import Habits
from monitor.models import Post, PostVersion
from monitor.post_rows import content


async def take_over(session: AsyncSession, post: Post, incoming: IncomingPost, habits: Habits, now: datetime) -> bool:
    """Take over a newer text; True if the content changed. Reactions arrive as edits too and change nothing.

    The title of a page comes when Telegram has read the page: it makes no version.
    """
    new = content(incoming)
    if post.edited_at is not None and (incoming.edit_date is None or incoming.edit_date < post.edited_at):
        return False
    if all(getattr(post, name) == new[name] for name in ("text", "entities", "media", "links")):
        return await _preview(session, post, new["preview"])
    session.add(_version(post))
    indexed = index.entry_of(session, post)
    _revise(post, new, incoming.edit_date or now)
    post.language = habits.detect(post.channel_id, post.text)
    await session.flush()
    await index.replace(session, post, indexed)
    return True


def _version(post: Post) -> PostVersion:
    """The post as it reads now."""
    seen_at = post.edited_at or post.stored_at
    return PostVersion(post_id=post.id, number=post.version, text=post.text, entities=post.entities, seen_at=seen_at)


def _revise(post: Post, new: Mapping[str, Any], edited_at: datetime) -> None:
    for name, value in new.items():
        if name not in counts.NAMES:
            setattr(post, name, value)
    post.edited_at = edited_at
    post.version += 1


async def _preview(session: AsyncSession, post: Post, title: str | None) -> bool:
    """Take over the title of the page that the post links to; True if it is another."""
    if title is None or title == post.preview:
        return False
    indexed = index.entry_of(session, post)
    post.preview = title
    await session.flush()
    await index.replace(session, post, indexed)
    return True

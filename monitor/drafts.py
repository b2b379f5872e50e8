"""What is worked out of new posts before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, matches, post_rows
from monitor.documents import document_of
from monitor.incoming import IncomingPost
from monitor.language import Habits
from monitor.models import Channel, Post
from monitor.topics import StandingTopics


class Draft(NamedTuple):
    """A post that is to be inserted: its row, what the index takes of it, and the topics that it satisfies."""

    post: Post
    row: dict[str, Any]
    entry: index.Entry
    found: matches.Found


async def read(
    session: AsyncSession,
    topics: StandingTopics,
    fresh: Sequence[IncomingPost],
    ids: list[int],
    channels: Mapping[int, Channel],
    habits: Habits,
    now: datetime,
) -> list[Draft]:
    """New posts under these ids. It comes before the first lock: from where stories are placed on, processes wait for one another."""
    albums = await post_rows.albums(session, fresh, ids) if fresh else []
    languages = [habits.detect(post.channel_id, post.text) for post in fresh]
    rows = [post_rows.row(*each, now) for each in zip(fresh, ids, albums, languages, strict=True)]
    drafts = list[Draft]()
    for row in rows:
        post = Post(**row)
        found = matches.find(topics, post, document_of(post, channels[post.channel_id]))
        drafts.append(Draft(post, row, index.entry_of(session, post), found))
    return drafts

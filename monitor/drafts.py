"""What is worked out of new posts before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, post_rows
from monitor.gist import Gist, completed, gist_of
from monitor.incoming import IncomingPost
from monitor.index import Entry
from monitor.language import Habits
from monitor.post_rows import Key, key_of
from monitor.topics import StandingTopics
from monitor.usernames import Names

UNREAD: Mapping[Key, Gist] = {}


class Draft(NamedTuple):
    """A post that is to be inserted: its row, which no story is said of yet, and what can be told of it without a database."""

    row: dict[str, Any]
    gist: Gist


async def read(
    session: AsyncSession,
    topics: StandingTopics,
    habits: Habits,
    fresh: Mapping[int, IncomingPost],
    names: Mapping[int, Names],
    now: datetime,
    *,
    gists: Mapping[Key, Gist] = UNREAD,
) -> list[Draft]:
    """New posts, given by their ids to be, of channels of these names; `gists` are known of some of them, by the topics of now.

    It comes before the first lock: from where stories are placed on, processes wait for one another.
    """
    if not fresh:
        return []
    albums = await post_rows.albums(session, list(fresh.values()), list(fresh))
    on_sqlite, drafts = index.is_sqlite(session), list[Draft]()
    for (post_id, post), album_id in zip(fresh.items(), albums, strict=True):
        theirs = names[post.channel_id]
        gist = gists.get(key_of(post)) or gist_of(post, theirs, topics, on_sqlite=on_sqlite)
        code = habits.settle(post.channel_id, post.text, gist.said)
        if gist.entry is None:
            gist = completed(gist.said, code, post, theirs, topics, on_sqlite=on_sqlite)
        drafts.append(Draft(post_rows.row(post, post_id, album_id, code, now), gist))
    return drafts


def entries(drafts: Sequence[Draft]) -> dict[int, Entry]:
    """{post id: what the index takes of it}."""
    return {draft.row["id"]: draft.gist.entry for draft in drafts if draft.gist.entry is not None}

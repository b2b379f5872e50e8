"""Which posts of several channels tell the same thing: a post joins the story of the post that it copies or forwards.

A story's id is that of the post which founded it; a post that nobody has repeated has none. What finds copies is a table, so that
a restart goes on where it was, and several listeners find each other's posts.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from monitor import post_ids, sqlite
from monitor.database import Sessions
from monitor.models import StoryShingle
from monitor.placing import Placing, Told
from monitor.similarity import BITS, LASTS, WINDOW
from monitor.story_rows import QUICK, StoryRows

PARTS = 256  # of the table of shingles, in each of which what is old is dropped at once


async def place(session: AsyncSession, posts: Sequence[Told]) -> dict[int, int]:
    """{post id: its story} of posts that tell what another channel has told; they need not be in the table yet.

    It says so, too, of posts that were told before and found a story now. A story lasts for `similarity.LASTS`. The transaction has
    begun: something was asked in it.
    """
    placing = Placing(posts)
    if not any(placing.hashes.values()):
        return {}
    if len(posts) <= QUICK and sqlite.is_quick(session.sync_session):
        return _place(session.sync_session, placing)  # nothing to wait for
    return await session.run_sync(_place, placing)  # one greenlet for all statements


async def forget(sessions: Sessions, now: datetime) -> None:
    """Drop what finds copies of posts older than the window, in short transactions."""
    part = 2**BITS // PARTS
    for start in range(0, 2**BITS, part):
        mine = (StoryShingle.hash >= start, StoryShingle.hash < start + part)
        old = delete(StoryShingle).where(*mine, StoryShingle.post_id < post_ids.first_id(now - WINDOW))
        async with sessions.begin() as session:
            await session.execute(old.execution_options(synchronize_session=False))


def _place(session: Session, placing: Placing) -> dict[int, int]:
    rows = StoryRows(session)
    rows.take_turns()
    _know(rows, placing)
    for post in placing.posts:
        for other in placing.tellers(post):
            story_id = placing.story_of(other)
            if story_id is None or _goes_on(rows, placing, post, story_id):
                placing.join(post, other)
                break
        placing.add(post)
    rows.add((post, placing.hashes[post.id]) for post in placing.posts)
    placed = placing.placed()
    new = {post.id for post in placing.posts}
    for post_id, story_id in placed.items():
        if post_id not in new:  # in the table already
            rows.tell(post_id, story_id)
    return placed


def _know(rows: StoryRows, placing: Placing) -> None:
    """What is stored that the posts may repeat."""
    placing.hold(rows.holders(list({number for numbers in placing.hashes.values() for number in numbers})))
    for told in rows.read({other for post in placing.posts for other in placing.alike(post)}):
        placing.know(told)
    for told in rows.read_sources(list({origin for post in placing.posts if (origin := post.origin()) is not None})):
        placing.know(told)


def _goes_on(rows: StoryRows, placing: Placing, post: Told, story_id: int) -> bool:
    """Whether the post is part of this story still, and no other number of a series."""
    return post.apart(story_id) <= LASTS and not placing.is_series(
        post, rows.read_own(post.channel_id, story_id), story_id
    )

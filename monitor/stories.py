"""Which posts of several channels tell the same thing: a post joins the story of the post that it copies or forwards.

A story's id is that of the post which founded it; a post that nobody has repeated has none. What finds copies is a table, so that
a restart goes on where it was, and several listeners find each other's posts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Executable, and_, bindparam, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from monitor import post_ids, sqlite
from monitor.database import Sessions
from monitor.models import Post, StoryShingle
from monitor.placing import Placing, Told
from monitor.similarity import BITS, LASTS, WINDOW
from monitor.tables import POSTS

PARTS = 256  # of the table of shingles, in each of which what is old is dropped at once
LOCK = 0x5702  # any number: it names the advisory lock
_LOADED = 300  # posts a statement
_QUICK = 20  # posts whose shingles are written in the event loop: 0.05 ms each

_told = attrgetter(*Told._fields)
_READ = select(*(POSTS.c[name] for name in Told._fields))
_READ_IDS = _READ.where(POSTS.c.id.in_(bindparam("ids", expanding=True)))
_READ_OWN = _READ.where(POSTS.c.story_id == bindparam("story"), POSTS.c.channel_id == bindparam("channel"))
_SET_STORY = (
    update(POSTS).where(POSTS.c.id == bindparam("post"), POSTS.c.story_id.is_(None)).values(story_id=bindparam("story"))
)
_SQLITE_FIND = (
    "SELECT hash, post_id, channel_id FROM story_shingles WHERE hash IN (SELECT value FROM json_each(:hashes))"
)
_SQLITE_ADD = "INSERT OR IGNORE INTO story_shingles(hash, post_id, channel_id) SELECT value, :post, :channel FROM json_each(:hashes)"
_POSTGRES_FIND = text(
    "SELECT hash, post_id, channel_id FROM story_shingles WHERE hash = ANY(CAST(:hashes AS bigint[]))"
)
_POSTGRES_ADD = text(
    "INSERT INTO story_shingles(hash, post_id, channel_id) SELECT hash, post, channel FROM"
    " unnest(CAST(:hashes AS bigint[]), CAST(:posts AS bigint[]), CAST(:channels AS bigint[])) AS added(hash, post, channel)"
    " ON CONFLICT DO NOTHING"
)


async def place(session: AsyncSession, posts: Sequence[Post]) -> None:
    """Set the `story_id` of posts that tell what another channel has told; they need not be in the table yet.

    A story lasts for `similarity.LASTS`.
    """
    placing = Placing([Told(*_told(post)) for post in posts])
    if not any(placing.hashes.values()):
        return
    await session.run_sync(_place, placing)  # one greenlet for all statements
    placed = placing.placed()
    for post in posts:
        if post.id in placed:
            post.story_id = placed[post.id]


async def forget(sessions: Sessions, now: datetime) -> None:
    """Drop what finds copies of posts older than the window, in short transactions."""
    part = 2**BITS // PARTS
    for start in range(0, 2**BITS, part):
        mine = (StoryShingle.hash >= start, StoryShingle.hash < start + part)
        old = delete(StoryShingle).where(*mine, StoryShingle.post_id < post_ids.first_id(now - WINDOW))
        async with sessions.begin() as session:
            await session.execute(old.execution_options(synchronize_session=False))


def _place(session: Session, placing: Placing) -> None:
    _take_turns(session)
    _find(session, placing)
    _read(session, placing, {other for post in placing.posts for other in placing.alike(post)})
    _read_sources(session, placing)
    for post in placing.posts:
        for other in placing.tellers(post):
            story_id = placing.story_of(other)
            if story_id is None or _goes_on(session, placing, post, story_id):
                placing.join(post, other)
                break
        placing.add(post)
    _tell(session, placing)
    _add(session, placing)


def _goes_on(session: Session, placing: Placing, post: Told, story_id: int) -> bool:
    """Whether the post is part of this story still, and no other number of a series."""
    return post.apart(story_id) <= LASTS and not placing.is_series(post, _own(session, post, story_id), story_id)


def _take_turns(session: Session) -> None:
    """Two listeners that store copies at the same moment must see one another; SQLite's writers take turns anyway."""
    if not _is_sqlite(session):
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _find(session: Session, placing: Placing) -> None:
    hashes = list({number for numbers in placing.hashes.values() for number in numbers})
    found: Iterable[Any]
    if sqlite.is_quick(session):
        found = sqlite.ask(session, _SQLITE_FIND, {"hashes": _json(hashes)})
    elif _is_sqlite(session):
        found = session.execute(text(_SQLITE_FIND), {"hashes": _json(hashes)})
    else:
        found = session.execute(_POSTGRES_FIND, {"hashes": hashes})
    for number, post_id, channel_id in found:
        placing.hold(number, post_id, channel_id)


def _read(session: Session, placing: Placing, ids: set[int]) -> None:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _LOADED):
        _know(session, placing, _READ_IDS, {"ids": wanted[start : start + _LOADED]})


def _read_sources(session: Session, placing: Placing) -> None:
    """The posts that these were forwarded from, if they are stored."""
    origins = list({origin for post in placing.posts if (origin := post.origin()) is not None})
    for start in range(0, len(origins), _LOADED // 2):
        messages: defaultdict[int, list[int]] = defaultdict(list)
        for channel_id, message_id in origins[start : start + _LOADED // 2]:
            messages[channel_id].append(message_id)
        same = [
            and_(POSTS.c.channel_id == channel, POSTS.c.message_id.in_(found)) for channel, found in messages.items()
        ]
        _know(session, placing, _READ.where(or_(*same)), {})


def _know(session: Session, placing: Placing, read: Executable, params: dict[str, Any]) -> None:
    for row in session.execute(read, params):
        placing.know(Told(*row))


def _own(session: Session, post: Told, story_id: int) -> list[Told]:
    """The channel's posts in the story."""
    return [Told(*row) for row in session.execute(_READ_OWN, {"story": story_id, "channel": post.channel_id})]


def _tell(session: Session, placing: Placing) -> None:
    """Write the stories of posts that are in the table already."""
    new = {post.id for post in placing.posts}
    for post_id, story_id in placing.placed().items():
        if post_id not in new:
            session.execute(_SET_STORY, {"post": post_id, "story": story_id})


def _add(session: Session, placing: Placing) -> None:
    held = [(numbers, post) for post in placing.posts if (numbers := placing.hashes[post.id])]
    if not held:
        return
    if not _is_sqlite(session):
        rows = sorted((number, post.id, post.channel_id) for numbers, post in held for number in numbers)
        hashes, posts, channels = map(list, zip(*rows, strict=True))
        session.execute(_POSTGRES_ADD, {"hashes": hashes, "posts": posts, "channels": channels})
        return
    filling = [{"hashes": _json(numbers), "post": post.id, "channel": post.channel_id} for numbers, post in held]
    if sqlite.is_quick(session) and len(filling) <= _QUICK:
        for row in filling:
            sqlite.ask(session, _SQLITE_ADD, row)
    else:  # a list means many, for which SQLite takes a thread
        session.execute(text(_SQLITE_ADD), filling)


def _json(numbers: Sequence[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"

"""What stories read and write of the database. A session of SQLite's that is QUICK is asked without SQLAlchemy's layers."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, and_, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from monitor import sqlite
from monitor.placing import Holder, Origin, Told
from monitor.tables import POSTS

LOCK = 0x5702  # any number: it names the advisory lock
_LOADED = 300  # posts a statement
_FEW = 20  # values, which one post asks for: faster each by itself than as JSON
QUICK = 20  # posts whose shingles are written in the event loop: 0.05 ms each

_READ = select(*(POSTS.c[name] for name in Told._fields))
_READ_IDS = _READ.where(POSTS.c.id.in_(bindparam("ids", expanding=True)))
_READ_OWN = _READ.where(POSTS.c.story_id == bindparam("story"), POSTS.c.channel_id == bindparam("channel"))
_SET_STORY = (
    update(POSTS).where(POSTS.c.id == bindparam("post"), POSTS.c.story_id.is_(None)).values(story_id=bindparam("story"))
)
_HOLDERS = "SELECT hash, post_id, channel_id FROM story_shingles WHERE hash"
_SQLITE_HOLDERS = f"{_HOLDERS} IN (SELECT value FROM json_each(:hashes))"  # noqa: S608 -- a constant
_POSTGRES_HOLDERS = text(f"{_HOLDERS} = ANY(CAST(:hashes AS bigint[]))")
_SQLITE_ADD = "INSERT OR IGNORE INTO story_shingles(hash, post_id, channel_id) SELECT value, :post, :channel FROM json_each(:hashes)"
_POSTGRES_ADD = text(
    "INSERT INTO story_shingles(hash, post_id, channel_id) SELECT hash, post, channel FROM"
    " unnest(CAST(:hashes AS bigint[]), CAST(:posts AS bigint[]), CAST(:channels AS bigint[])) AS added(hash, post, channel)"
    " ON CONFLICT DO NOTHING"
)
_TOLD = f"SELECT {', '.join(Told._fields)} FROM posts WHERE"  # noqa: S608 -- the columns' names
_QUICK_OWN = f"{_TOLD} story_id = :story AND channel_id = :channel"
_QUICK_SET = "UPDATE posts SET story_id = :story WHERE id = :post AND story_id IS NULL"


class StoryRows:
    """The rows that stories are told by, in one session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._quick = sqlite.connection_of(session) if sqlite.is_quick(session) else None
        self._on_sqlite = self._quick is not None or session.get_bind().dialect.name == "sqlite"

    def take_turns(self) -> None:
        """Two listeners that store copies at the same moment must see one another; SQLite's writers take turns anyway."""
        if not self._on_sqlite:
            self._session.execute(select(func.pg_advisory_xact_lock(LOCK)))

    def holders(self, hashes: Sequence[int]) -> Iterable[Holder]:
        """The posts that these hashes find."""
        if self._quick is not None and len(hashes) <= _FEW:
            return self._quick.ask(_among(f"{_HOLDERS} IN", len(hashes)), hashes)
        if self._quick is not None:
            return self._quick.ask(_SQLITE_HOLDERS, {"hashes": _json(hashes)})
        if self._on_sqlite:
            return self._rows(text(_SQLITE_HOLDERS), {"hashes": _json(hashes)})
        return self._rows(_POSTGRES_HOLDERS, {"hashes": list(hashes)})

    def read(self, ids: Collection[int]) -> Iterator[Told]:
        """The posts of these ids that are stored."""
        wanted = sorted(ids)
        if self._quick is not None and len(wanted) <= _FEW:
            yield from self._ask(_among(f"{_TOLD} id IN", len(wanted)), wanted) if wanted else ()
            return
        for start in range(0, len(wanted), _LOADED):
            yield from self._told(_READ_IDS, {"ids": wanted[start : start + _LOADED]})

    def read_sources(self, origins: Sequence[Origin]) -> Iterator[Told]:
        """The posts of these channels and messages that are stored."""
        for start in range(0, len(origins), _LOADED // 2):
            messages: defaultdict[int, list[int]] = defaultdict(list)
            for channel_id, message_id in origins[start : start + _LOADED // 2]:
                messages[channel_id].append(message_id)
            same = [
                and_(POSTS.c.channel_id == channel, POSTS.c.message_id.in_(found))
                for channel, found in messages.items()
            ]
            yield from self._told(_READ.where(or_(*same)), {})

    def read_own(self, channel_id: int, story_id: int) -> list[Told]:
        """The channel's posts in the story."""
        params = {"story": story_id, "channel": channel_id}
        return list(self._told(_READ_OWN, params) if self._quick is None else self._ask(_QUICK_OWN, params))

    def tell(self, post_id: int, story_id: int) -> None:
        """Note the story of a stored post that had none."""
        params = {"post": post_id, "story": story_id}
        if self._quick is None:
            self._session.execute(_SET_STORY, params)
        else:
            self._quick.ask(_QUICK_SET, params)

    def add(self, posts: Iterable[tuple[Told, Sequence[int]]]) -> None:
        """Have these hashes find the posts."""
        held = [(post, hashes) for post, hashes in posts if hashes]
        if self._quick is not None and len(held) <= QUICK:
            for post, hashes in held:
                self._quick.ask(_inserted(len(hashes)), [post.id, post.channel_id, *hashes])
        elif held and self._on_sqlite:  # a list means many, for which SQLite takes a thread
            rows = [{"hashes": _json(hashes), "post": post.id, "channel": post.channel_id} for post, hashes in held]
            self._session.execute(text(_SQLITE_ADD), rows)
        elif held:
            ordered = sorted((number, post.id, post.channel_id) for post, hashes in held for number in hashes)
            columns = zip(("hashes", "posts", "channels"), map(list, zip(*ordered, strict=True)), strict=True)
            self._session.execute(_POSTGRES_ADD, dict(columns))

    def _told(self, statement: Executable, params: dict[str, Any]) -> Iterator[Told]:
        return (Told(*row) for row in self._rows(statement, params))

    def _rows(self, statement: Executable, params: dict[str, Any]) -> Iterable[Any]:
        return self._session.execute(statement, params)

    def _ask(self, statement: str, params: Any) -> Iterator[Told]:
        assert self._quick is not None
        return map(_decoded, self._quick.ask(statement, params))


@cache
def _among(question: str, count: int) -> str:
    return f"{question} ({', '.join('?' * count)})"


@cache
def _inserted(count: int) -> str:
    rows = ", ".join(f"(?{number}, ?1, ?2)" for number in range(3, count + 3))
    return f"INSERT OR IGNORE INTO story_shingles(hash, post_id, channel_id) VALUES {rows}"  # noqa: S608 -- numbers of parameters


def _decoded(row: Sequence[Any]) -> Told:
    """A row of which SQLAlchemy has not read the JSON."""
    *keys, entities, forward, story_id = row
    return Told._make([*keys, json.loads(entities), json.loads(forward) if forward else None, story_id])


def _json(numbers: Sequence[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"

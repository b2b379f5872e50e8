"""Processes that read posts for an import, one a core: words, language and standing queries are what an import computes."""

import asyncio
import math
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from monitor.gist import Gist, gist_of
from monitor.incoming import IncomingPost
from monitor.orphans import end_with_parent
from monitor.post_rows import Key, key_of
from monitor.query import entries, numbering, standing, warming
from monitor.topics import SAMPLE, StandingTopics
from monitor.usernames import Names

FEW = 3_000
"""Posts that are read here first: it takes the processes a second and a half to begin."""

REMEMBERED = 500_000
"""Words of which the processes together remember what the index holds of them: an archive has rare ones in every post."""

FEWEST = 50_000  # by each

Reader = tuple[StandingTopics, bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """Posts that are being read, by the queries as of `stamp`."""

    posts: Sequence[IncomingPost]
    gists: list[Gist] | asyncio.Future[list[Gist]]
    stamp: int

    async def done(self) -> dict[Key, Gist]:
        """The gists, once they are there, by the posts' keys. BrokenProcessPool if a process died."""
        gists = self.gists if isinstance(self.gists, list) else await self.gists
        return dict(zip(map(key_of, self.posts), gists, strict=True))


class Readers:
    """Reads batches of posts: the first FEW here, more by `count` processes (None: one a core). To be closed.

    It follows `topics`: when they have changed, other processes take the place of those that do not know.
    """

    def __init__(self, topics: StandingTopics, *, on_sqlite: bool, count: int | None = None) -> None:
        self._topics = topics
        self._on_sqlite = on_sqlite
        self._count = _cores() if count is None else count
        self.ahead = 2 * self._count if self._count > 1 else 1
        """How many batches may wait, read or being read, for the one that is written."""
        self._left = FEW if self._count > 1 else math.inf
        self._pool: Executor | None = None
        self._stamp = 0

    def read(self, posts: Sequence[IncomingPost], names: Mapping[int, Names]) -> Reading:
        """Begin to read new posts; `names` are those of their channels, by id."""
        self._left -= len(posts)
        if self._left >= 0 or not posts:
            gists = read((self._topics, self._on_sqlite), posts, names)
            return Reading(posts, gists, self._topics.stamp)
        if self._pool is None or self._stamp != self._topics.stamp:
            self.close()
            self._pool, self._stamp = self._open(posts), self._topics.stamp
        loop = asyncio.get_running_loop()
        return Reading(posts, loop.run_in_executor(self._pool, _read_here, posts, names), self._stamp)

    def close(self) -> None:
        """End the processes; what they have begun is finished."""
        if self._pool is not None:
            self._pool.shutdown(wait=False)
            self._pool = None

    def _open(self, posts: Sequence[IncomingPost]) -> Executor:
        sample, words = [post.text for post in posts[:SAMPLE]], max(REMEMBERED // self._count, FEWEST)
        known = dict(self._topics.queries), sample, self._on_sqlite, words
        return ProcessPoolExecutor(self._count, multiprocessing.get_context("spawn"), _begin, known)


def read(reader: Reader, posts: Sequence[IncomingPost], names: Mapping[int, Names]) -> list[Gist]:
    """The gists of new posts."""
    topics, on_sqlite = reader
    return [gist_of(post, names[post.channel_id], topics, on_sqlite=on_sqlite) for post in posts]


def _cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_reader: Reader | None = None  # of this process, if it is one of those


def _begin(queries: Mapping[int, str], sample: Sequence[str], on_sqlite: bool, words: int) -> None:
    """Make this process a reader, which ends with whoever began it."""
    global _reader
    end_with_parent()
    warming.warm()
    (entries if on_sqlite else numbering).remember(words)
    standing.remember(words)
    _reader = StandingTopics.of(queries, sample), on_sqlite


def _read_here(posts: Sequence[IncomingPost], names: Mapping[int, Names]) -> list[Gist]:
    assert _reader is not None
    return read(_reader, posts, names)

"""The standing queries, held ready for matching.

Who holds them follows the table by `Topic.stamp`, which grows with every new and changed query.
"""

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Self

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct
from monitor.models import Counter, Post
from monitor.query.document import Document
from monitor.query.evaluation import Span, Subject
from monitor.query.explain import bold_each, merged, wanted_of
from monitor.query.matcher import Matcher
from monitor.query.syntax import Query, QuerySyntaxError, parse
from monitor.tables import TOPICS

logger = logging.getLogger(__name__)

BATCH = 500  # topics taken in before others get their turn
SAMPLE = 500  # newest posts, to tell frequent words from rare ones
_PARSED = 10_000  # queries remembered after something of theirs was shown
_STAMPS = "topics"
_NEWEST = select(Post.text).order_by(Post.id.desc())
_NEWER = (
    select(TOPICS.c.stamp, TOPICS.c.id, TOPICS.c.query)
    .where(TOPICS.c.stamp > bindparam("newest"))
    .order_by(TOPICS.c.stamp)
    .limit(BATCH)
)


class StandingTopics:
    """The matcher over the topics table; `refresh` takes in what was added since, `match` never touches the database."""

    def __init__(self) -> None:
        self._matcher: Matcher | None = None
        self._queries: dict[int, str] = {}
        self._newest = 0

    def __len__(self) -> int:
        return len(self._queries)

    @classmethod
    def of(cls, queries: Mapping[int, str], sample: Iterable[str]) -> Self:
        """The matcher over {topic id: query}, away from the table; `sample`: texts of posts, to tell frequent words from rare ones."""
        topics = cls()
        topics._matcher = Matcher(sample)
        for topic_id, query in queries.items():
            topics._add(topics._matcher, topic_id, query)
        return topics

    @property
    def stamp(self) -> int:
        """Grows with what is taken in."""
        return self._newest

    @property
    def queries(self) -> Mapping[int, str]:
        """{topic id: query}, as far as they can be matched."""
        return self._queries

    async def refresh(self, session: AsyncSession) -> None:
        """Take in the topics that were made or changed since the last call."""
        if self._matcher is not None:
            await self._take_in(session, self._matcher)
            return
        newest = await session.scalars(_NEWEST.limit(SAMPLE))
        with _without_collections():
            self._matcher = (
                Matcher(newest.all()) if self._matcher is None else self._matcher
            )  # another caller was first
            await self._take_in(session, self._matcher)

    def match(self, document: Document) -> list[int]:
        """Ids of the topics that the document satisfies."""
        return self._matcher.match(document).tolist() if self._matcher is not None else []

    def found(self, document: Document) -> dict[int, list[Span]]:
        """{topic id: what of the document's text matched, in characters} of the topics that the document satisfies."""
        places = self._matcher.places(document) if self._matcher is not None else {}
        if not places:
            return {}
        subject = Subject(document)
        untold = [topic for topic, positions in places.items() if positions is None]
        bold = bold_each([_parsed(self._queries[topic]) for topic in untold], subject) if untold else ()
        asked = dict(zip(untold, bold, strict=True))
        span = subject.analysis.span
        return {
            topic: asked[topic] if positions is None else merged(map(span, positions))
            for topic, positions in places.items()
        }

    def forget(self, topic_id: int) -> None:
        """Drop a topic that is no longer in the table."""
        if self._queries.pop(topic_id, None) is not None and self._matcher is not None:
            self._matcher.remove(topic_id)

    async def _take_in(self, session: AsyncSession, matcher: Matcher) -> None:
        while rows := await direct.ask(session, _NEWER, {"newest": self._newest}):
            for stamp, topic_id, query in rows:
                self._newest = max(self._newest, stamp)
                self._add(matcher, topic_id, query)
            if len(rows) < BATCH:
                return

    def _add(self, matcher: Matcher, topic_id: int, text: str) -> None:
        try:
            matcher.add(topic_id, parse(text))
        except QuerySyntaxError as error:  # written by an older grammar: one bad query must not stop the others
            logger.warning("topic %d cannot be matched: %s", topic_id, error)
            self.forget(topic_id)
            return
        self._queries[topic_id] = text


async def next_stamp(session: AsyncSession) -> int:
    """The stamp for a topic that is new or has another query; the next caller waits until this transaction ends."""
    raised = update(Counter).where(Counter.name == _STAMPS).values(value=Counter.value + 1)
    statement = raised.returning(Counter.value).execution_options(synchronize_session=False)
    return (await session.execute(statement)).scalar_one()


@lru_cache(_PARSED)
def _parsed(text: str) -> tuple[Query, frozenset[str]]:
    query = parse(text)
    return query, wanted_of(query)


@contextmanager
def _without_collections() -> Iterator[None]:
    """What is loaded meanwhile stays for good: looking for garbage in it is a sixth of the work, and later a long stop."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

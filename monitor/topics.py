"""The standing queries, held ready for matching."""

import logging

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Topic
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import Query, QuerySyntaxError, parse

logger = logging.getLogger(__name__)

Matched = dict[int, list[tuple[int, int]]]


class StandingTopics:
    """The matcher over the topics table; `refresh` takes in what was added since, `match` never touches the database."""

    def __init__(self) -> None:
        self._matcher = Matcher()
        self._queries: dict[int, Query] = {}
        self._newest = 0

    def __len__(self) -> int:
        return len(self._queries)

    async def refresh(self, session: AsyncSession) -> None:
        """Add the topics that were made since the last call."""
        rows = await session.execute(select(Topic.id, Topic.query).where(Topic.id > self._newest).order_by(Topic.id))
        for topic_id, query in rows.all():
            self._newest = topic_id
            self._add(topic_id, query)

    def match(self, document: Document) -> list[int]:
        """Ids of the topics that the document satisfies."""
        return self._matcher.match(document)

    def spans(self, topic_id: int, document: Document) -> list[tuple[int, int]]:
        """What of the document's text matched, in characters."""
        return explain(self._queries[topic_id], document) or []

    def forget(self, topic_id: int) -> None:
        """Drop a topic that is no longer in the table."""
        if self._queries.pop(topic_id, None) is not None:
            self._matcher.remove(topic_id)

    def _add(self, topic_id: int, text: str) -> None:
        try:
            query = parse(text)
            self._matcher.add(topic_id, query)
        except QuerySyntaxError as error:  # written by an older grammar: one bad query must not stop the others
            logger.warning("topic %d cannot be matched: %s", topic_id, error)
            return
        self._queries[topic_id] = query

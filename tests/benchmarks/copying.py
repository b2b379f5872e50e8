"""An archive of millions on PostgreSQL, to be asked: the rows that `monitor.ingest` writes, by COPY, the index made at the end."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import text

from monitor import index, post_rows
from monitor.database import Sessions
from monitor.documents import document_of_new
from monitor.incoming import IncomingPost
from monitor.models import Post
from monitor.query.indexing import channel_term
from monitor.query.numbering import Numbers, filter_number, numbers_of, spans_of
from monitor.usernames import Names
from tests.benchmarks.filling import BEGIN

BATCH = 20_000
_BARE = ("DROP INDEX ix_post_index_terms", "ALTER TABLE post_index DROP CONSTRAINT post_index_post_id_fkey")
_MADE = (
    "SET maintenance_work_mem = '2GB'",
    "CREATE INDEX ix_post_index_terms ON post_index USING gin (terms, pairs) WITH (gin_pending_list_limit = 256)",
    "ALTER TABLE post_index ADD CONSTRAINT post_index_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE",
    "RESET maintenance_work_mem",
    "ANALYZE",
)


async def fill_by_copy(sessions: Sessions, posts: Iterator[tuple[int, IncomingPost]], texts: Sequence[str]) -> None:
    """Write posts, {id: post}, whose texts are some of these, and their entries of the index."""
    await _run(sessions, _BARE)
    await _put_words(sessions, texts)
    while batch := list(islice(posts, BATCH)):
        await _copy(
            sessions, "posts", [column.name for column in Post.__table__.columns], [_row(*one) for one in batch]
        )
        entries = [(post_id, *_entry(post_id, post)) for post_id, post in batch]
        await _copy(sessions, "post_index", ["post_id", "terms", "pairs"], entries)
    await _run(sessions, _MADE)


async def _run(sessions: Sessions, statements: Sequence[str]) -> None:
    async with sessions.begin() as session:
        for statement in statements:
            await session.execute(text(statement))


async def _put_words(sessions: Sessions, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), 500):
        words = {number: word for body in texts[start : start + 500] for number, word in _numbers(body).words.items()}
        async with sessions.begin() as session:
            await index._put_words(session, words)


async def _copy(sessions: Sessions, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    async with sessions.begin() as session:
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        await driver.copy_records_to_table(table, columns=columns, records=rows)


def _row(post_id: int, post: IncomingPost) -> tuple[Any, ...]:
    columns = post_rows.row(post, post_id, post_id, "ru", post.date)
    values = (columns[column.name] for column in Post.__table__.columns)
    return tuple(json.dumps(value) if isinstance(value, list) else value for value in values)


def _entry(post_id: int, post: IncomingPost) -> tuple[list[int], list[int]]:
    numbers = _numbers(post.text)
    channel = _channel(post.channel_id)
    terms = [channel if number == _channel(0) else number for number in numbers.terms]
    return terms + spans_of(post_id), numbers.pairs


@cache
def _numbers(body: str) -> Numbers:
    """Those of a post with this text in a channel of its own, numbered 0."""
    return numbers_of(document_of_new(IncomingPost(0, 1, BEGIN, body), Names(None), "ru"), 0)


@cache
def _channel(number: int) -> int:
    return filter_number(channel_term(number))

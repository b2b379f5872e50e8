"""An archive is brought in by other statements than what is pushed: it must come to the same rows."""

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, select, text

from monitor import readers
from monitor.archiving import Archive
from monitor.database import Sessions, create_engine, create_sessions
from monitor.importing import import_posts
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest
from monitor.jsonl import BadLineError, Line, read
from monitor.language import Habits
from monitor.models import Base, Post
from monitor.topics import StandingTopics
from tests.conftest import NOW, opened
from tests.databases import new_sqlite, temporary_postgres
from tests.monitor.arrivals import arrival, subscribe, watch

OLD = NOW - timedelta(days=100)
QUERIES = (
    "посольство",
    '"министр обороны"',
    "курс*",
    "from:@ostorozhno_novosti пожар",
    "lang:uk",
    "has:photo",
    "-дождь погода",
)
SENTENCE = "посольство погода дождь министр обороны курсом пожарные сегодня у в на citizenship міністр їхати №5 t.me/durov #тег"
WORDS = SENTENCE.split()


def posts() -> list[IncomingPost]:
    """Posts of every kind: albums, short and empty ones, other languages, links, forwards, edits, the same news twice."""
    found = [arrival(n, " ".join(WORDS[(n * k) % len(WORDS)] for k in range(n % 9)), date=OLD) for n in range(1, 60)]
    found += [
        arrival(60, "Сьогодні вночі в місті їздили пожежні машини, повідомляє міністр", date=OLD),
        arrival(61, "Так", date=OLD),
        arrival(62, "Подпись у посольства", grouped_id=7, media=("photo",), date=OLD),
        arrival(63, "", grouped_id=7, media=("photo",), date=OLD),
        arrival(
            64, "У посольства\x00 пожар", preview="Пожар \x00 у посольства", views=5, forwards=1, reactions={"👍": 2}
        ),
        arrival(
            65, "Ссылка", links=("https://example.org/a-b?c=1",), forward={"channel_id": 5, "message_id": 6}, date=OLD
        ),
        arrival(66, "Курс рубля вырос, министр обороны молчит", edit_date=OLD + timedelta(hours=1), date=OLD),
        arrival(67, "Эта новость о пожаре на складе в порту повторена слово в слово сегодня утром"),
        arrival(67, "Эта новость о пожаре на складе в порту повторена слово в слово сегодня утром"),
        arrival(5, "Эта новость о пожаре на складе в порту повторена слово в слово сегодня утром", channel_id=2),
    ]
    return [*found, *later(found)]


def later(found: Sequence[IncomingPost]) -> list[IncomingPost]:
    """The same posts again: some as they were, some edited, some with more views."""
    return [
        replace(found[10], text="Министр обороны уволен", edit_date=NOW),
        replace(found[20], views=100),
        found[30],
        arrival(64, "Третья часть", grouped_id=7, media=("photo",), channel_id=2, date=OLD),
        arrival(80, "Четвёртая часть", grouped_id=7, media=("photo",), date=OLD),
    ]


def batches(found: Sequence[IncomingPost], size: int = 25) -> list[Sequence[IncomingPost]]:
    return [found[start : start + size] for start in range(0, len(found), size)]


async def prepare(sessions: Sessions) -> None:
    await watch(sessions)
    await watch(sessions, 2, "second_news")
    for query in QUERIES:
        await subscribe(sessions, query)


async def ingested(sessions: Sessions, found: Iterable[Sequence[IncomingPost]]) -> Ingested:
    topics, habits, total = StandingTopics(), Habits(), Ingested()
    for batch in found:
        async with sessions.begin() as session:
            total.add(await ingest(session, topics, batch, now=NOW, alert=False, habits=habits))
    return total


async def archived(sessions: Sessions, found: Iterable[Sequence[IncomingPost]], **options: Any) -> Ingested:
    async def each() -> AsyncIterator[Sequence[IncomingPost]]:
        for batch in found:
            yield batch

    total = Ingested()
    async for done in Archive(sessions, NOW, **options).store(each()):
        total.add(done)
    return total


async def rows(sessions: Sessions) -> dict[str, list[Any]]:
    """Everything in the database, by table; of an FTS5 table its words, each with its post."""
    async with sessions.begin() as session:
        return await (await session.connection()).run_sync(_rows)


def _rows(connection: Connection) -> dict[str, list[Any]]:
    tables = [*Base.metadata.sorted_tables]
    if connection.dialect.name == "sqlite":
        connection.execute(text("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, post_index, instance)"))
        found = {"post_index": sorted(map(tuple, connection.execute(text("SELECT doc, term FROM temp.words"))))}
        connection.execute(text("DROP TABLE temp.words"))
    else:
        found, metadata = {}, MetaData()
        tables += [Table(name, metadata, autoload_with=connection) for name in ("post_index", "post_index_words")]
    return found | {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


@pytest.fixture
async def other(request: pytest.FixtureRequest, sessions: Sessions, tmp_path: Path) -> AsyncIterator[Sessions]:
    """A second database of the same kind."""
    with ExitStack() as stack:
        if sessions.engine.dialect.name == "sqlite":
            url = new_sqlite(tmp_path / "other.db")
        else:
            url = stack.enter_context(temporary_postgres(request.getfixturevalue("postgres")))
        async with opened(url) as others:
            yield others


async def test_an_archive_comes_to_the_same_rows_as_posts_one_by_one(sessions: Sessions, other: Sessions) -> None:
    for each in (sessions, other):
        await prepare(each)
    expected = await ingested(sessions, batches(posts()))
    assert await archived(other, batches(posts()), processes=1) == expected
    assert expected.matched > 10
    assert expected.edited == 1
    wanted, found = await rows(sessions), await rows(other)
    assert {name: found[name] for name in wanted} == wanted
    assert len(wanted["post_index"]) > 60
    assert await _stories(other) == 1


async def _stories(sessions: Sessions) -> int:
    async with sessions() as session:
        return len(set(await session.scalars(select(Post.story_id).where(Post.story_id.is_not(None)))))


async def test_other_processes_read_to_the_same_rows(
    sqlite_sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "FEW", 25)
    engine = create_engine(new_sqlite(tmp_path / "other.db"))
    other = create_sessions(engine)
    for each in (sqlite_sessions, other):
        await prepare(each)
    expected = await archived(sqlite_sessions, batches(posts()), processes=1)
    assert await archived(other, batches(posts()), processes=2) == expected
    assert await rows(other) == await rows(sqlite_sessions)
    await engine.dispose()


async def test_a_topic_that_is_made_meanwhile_is_matched_from_then_on(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "FEW", 0)
    await prepare(sqlite_sessions)

    async def each() -> AsyncIterator[Sequence[IncomingPost]]:
        for number in range(12):
            if number == 4:
                await subscribe(sqlite_sessions, "ибрагимов")
            yield [arrival(number + 1, f"Ибрагимов приехал в {number}", date=OLD)]

    done = [batch.matched async for batch in Archive(sqlite_sessions, NOW, processes=2).store(each())]
    assert done[-8:] == [1] * 8
    for process in multiprocessing.active_children():
        await asyncio.to_thread(process.join, 30)
    assert not multiprocessing.active_children()  # those that did not know it have ended, too


async def test_what_stands_before_a_line_that_is_none_is_stored(sqlite_sessions: Sessions) -> None:
    lines = [b'{"channel": "a", "id": 1, "date": "2024-01-01", "text": "one"}', b"nonsense", b"{}"]
    with pytest.raises(BadLineError, match="Line 2"):
        await import_posts(sqlite_sessions, read(lines), NOW, processes=1)
    async with sqlite_sessions() as session:
        assert list(await session.scalars(select(Post.text))) == ["one"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"channel_id": "12", "message_id": "3"}, {"channel_id": 12, "message_id": 3}),
        ({"channel_id": -12, "message_id": 3}, {"channel_id": -12, "message_id": 3}),
        ({"channel_id": "news", "message_id": 3}, {"channel_id": None, "message_id": 3}),
        ({"channel_id": 10**20, "message_id": [3]}, {"channel_id": None, "message_id": None}),
        ({"channel_id": True, "message_id": 1.5, "name": "a"}, {"channel_id": None, "message_id": None, "name": "a"}),
    ],
)
async def test_a_forward_is_stored_whatever_its_origin_is_called(
    sessions: Sessions, written: dict[str, Any], kept: dict[str, Any]
) -> None:
    more = {"fwd_from": written, "media": ["photo", "\ud83d"]}
    line = {"channel": "a", "id": 1, "date": NOW.isoformat(), "text": "Паромы сегодня больше не ходят", **more}
    assert (await import_posts(sessions, read([json.dumps(line)]), NOW, processes=1)).new == 1
    async with sessions() as session:
        (post,) = await session.scalars(select(Post))
    assert (post.forward, post.media) == (kept, ["photo", "\ufffd"])


async def test_two_channels_whose_names_have_one_sum_are_two(sessions: Sessions) -> None:
    lines = [Line(name, 1, OLD, name, {}) for name in ("plumless", "buckeroo")]
    assert (await import_posts(sessions, lines, NOW, processes=1)).new == 2
    assert (await import_posts(sessions, lines, NOW, processes=1)).unchanged == 2
    async with sessions() as session:
        assert len(set(await session.scalars(select(Post.channel_id)))) == 2


async def test_what_is_known_already_is_not_read_again(sqlite_sessions: Sessions) -> None:
    lines = [Line("a", number, OLD, f"новость {number}", {}) for number in range(1, 30)]
    first = await import_posts(sqlite_sessions, lines, NOW, processes=1)
    again = await import_posts(sqlite_sessions, lines[10:] + lines[:5], NOW, processes=1)
    assert (first.new, again.new, again.unchanged) == (29, 0, 24)

"""A search finds exactly the posts that satisfy the query, on both databases, over all operators."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor import migration, newest
from monitor.database import Sessions, create_engine, create_sessions
from monitor.documents import document_of
from monitor.incoming import IncomingPost
from monitor.models import Channel, Post
from monitor.query import postgres
from monitor.query.document import Document
from monitor.query.evaluation import Subject, holds
from monitor.query.syntax import parse
from monitor.query.tree import After, And, Before, Has, Lang, Last, Node, Not, Or, Query
from monitor.search import count, scan
from monitor.usernames import Names
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch
from tests.query.test_parity import VOCABULARY, nodes

CHANNELS = {1001: "news", 1002: "other"}
POSTS = 300
filters = st.sampled_from([
    Lang("ru"), Lang("en"), Has(("photo",)), Has(("link", "poll")), After((NOW + timedelta(days=2)).date()),
    Before((NOW + timedelta(days=3)).date()), Last(36, "h"),
])  # fmt: skip
questions = st.one_of(
    nodes,
    st.tuples(nodes, filters).map(And),
    st.tuples(nodes, filters).map(Or),
    st.tuples(nodes, filters.map(Not)).map(And),
    st.tuples(nodes, st.lists(nodes, min_size=1, max_size=2).map(lambda items: Not(Or(tuple(items))))).map(And),
    filters,
)


def posts() -> list[IncomingPost]:
    """Posts whose words come close to one another, some of them edited later, over five days."""
    chance = random.Random(7)
    made = []
    for number in range(1, POSTS + 1):
        text = " ".join(chance.choices([*VOCABULARY, "и", "the"], k=chance.randint(0, 9)))
        made.append(
            arrival(
                number,
                text,
                channel_id=chance.choice(list(CHANNELS)),
                date=NOW + timedelta(minutes=24 * number),
                media=chance.choice([(), (), ("photo",), ("poll",)]),
                links=chance.choice([(), (), ("https://t.me/a/5",)]),
                forward=chance.choice([None, None, {"from": "x"}]),
            )
        )
    return made


def edited(made: list[IncomingPost]) -> list[IncomingPost]:
    """Every seventh post with another's text."""
    later = NOW + timedelta(days=6)
    return [
        replace(post, text=made[-number].text, edit_date=later) for number, post in enumerate(made, 1) if not number % 7
    ]


class Archive:
    """A database with the posts, and the loop that it is asked in."""

    def __init__(self, runner: asyncio.Runner, sessions: Sessions) -> None:
        self.runner = runner
        self.sessions = sessions
        self.now = NOW + timedelta(days=5)
        self.documents: dict[int, Document] = {}

    async def fill(self) -> None:
        for channel_id, username in CHANNELS.items():
            await watch(self.sessions, channel_id, username)
        made = posts()
        await arrive(self.sessions, *made[: POSTS // 2])
        await arrive(self.sessions, *made[POSTS // 2 :])
        await arrive(self.sessions, *edited(made))
        await watch(self.sessions, 1002, "renamed")  # what was "other"
        self.documents = await self._documents()

    async def _documents(self) -> dict[int, Document]:
        async with self.sessions() as session:
            rows = await session.execute(select(Post, Channel).join(Channel, Channel.id == Post.channel_id))
            return {post.id: document_of(post, Names.of(channel)) for post, channel in rows}

    async def found(self, query: str) -> list[int]:
        async with self.sessions() as session:
            return [found.post.id async for found in scan(session, query, now=self.now)]

    async def count(self, query: str) -> int | None:
        async with self.sessions() as session:
            return await count(session, query, 2 * POSTS, self.now)

    def expected(self, node: Node) -> list[int]:
        return [
            post_id
            for post_id, document in sorted(self.documents.items(), reverse=True)
            if holds(node, Subject(document, self.now))
        ]


@pytest.fixture(scope="module")
def short_steps() -> Iterator[None]:
    """PostgreSQL is asked in steps, as if the archive were long, and some words have more forms than it is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newest, "FIRST", 7)
        patch.setattr(newest, "MOST", 4)
        patch.setattr(postgres, "MAX_NUMBERS", 2)
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, short_steps: None
) -> Iterator[Archive]:
    folder: Path = tmp_path_factory.mktemp("archive")
    here = f"sqlite:///{folder / 'dozor.db'}"
    engine = create_engine(here if request.param == "sqlite" else request.getfixturevalue("postgres").new_database())
    with asyncio.Runner() as runner:
        runner.run(migration.upgrade(engine))
        archive = Archive(runner, create_sessions(engine))
        runner.run(archive.fill())
        yield archive
        runner.run(engine.dispose())


@given(questions)
@settings(deadline=None, max_examples=250)
def test_a_search_finds_what_satisfies_the_query_and_nothing_else(archive: Archive, node: Node) -> None:
    query, expected = str(Query(node)), archive.expected(node)
    assert archive.runner.run(archive.found(query)) == expected
    counted = archive.runner.run(archive.count(query))
    assert counted in (None, len(expected))


def test_what_the_index_says_alone_is_counted(archive: Archive) -> None:
    assert archive.runner.run(archive.count("арест | кошки")) == len(archive.expected(parse("арест | кошки").root))

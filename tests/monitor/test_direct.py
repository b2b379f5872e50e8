"""What is asked directly is answered as SQLAlchemy would: on both databases, in quick sessions and others."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from monitor import direct, sqlite
from monitor.database import Sessions
from monitor.models import BigId, Channel, DeliveryKind, Post
from monitor.tables import CHANNELS, DELIVERIES, POSTS
from tests.conftest import NOW

LISTED = select(POSTS).where(POSTS.c.id.in_(bindparam("ids", expanding=True, type_=BigId))).order_by(POSTS.c.id)
SINCE = select(POSTS.c.id, POSTS.c.date.label("at")).where(POSTS.c.date >= bindparam("since", type_=POSTS.c.date.type))
RENAME = (
    update(CHANNELS)
    .where(CHANNELS.c.title.in_(["Old", "older"]), CHANNELS.c.id == bindparam("channel"))
    .values(title=bindparam("named"), checked_at=bindparam("now", type_=CHANNELS.c.checked_at.type))
)
STATEMENTS: list[tuple[Executable, dict[str, Any]]] = [
    (LISTED, {"ids": [1, 3]}),
    (LISTED, {"ids": []}),
    (LISTED, {"ids": list(range(direct.FEW + 1))}),
    (SINCE, {"since": NOW + timedelta(minutes=1)}),
    (text("SELECT id, title FROM channels WHERE id = :channel"), {"channel": 7}),
    (RENAME.returning(CHANNELS.c.id, CHANNELS.c.checked_at), {"channel": 7, "named": "New", "now": NOW}),
    (RENAME, {"channel": 7, "named": "New", "now": NOW}),
]


@pytest.fixture
async def stored(sessions: Sessions) -> Sessions:
    """A channel with three posts."""
    async with sessions.begin() as session:
        session.add(Channel(id=7, username="news", title="Old", aliases=["old"], added_at=NOW))
        await session.flush()
        content = {"entities": [{"type": "bold"}], "media": [], "links": ["https://example.org"], "stored_at": NOW}
        for number in (1, 2, 3):
            date = NOW + timedelta(minutes=number - 1)
            content |= {"album_id": number, "text": f"пост {number}"}
            session.add(Post(id=number, channel_id=7, message_id=number, date=date, **content))
    return sessions


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("number", range(len(STATEMENTS)))
async def test_the_rows_are_those_that_sqlalchemy_returns(stored: Sessions, number: int, quick: bool) -> None:
    statement, params = STATEMENTS[number]
    async with stored.begin(quick=quick) as session:
        rows = await direct.ask(session, statement, params)
        await session.rollback()
    async with stored.begin() as session:
        result: Any = await session.execute(statement, params)
        expected = result.all() if result.returns_rows else []
    assert list(map(tuple, rows)) == list(map(tuple, expected))
    if not isinstance(statement, type(text(""))):
        assert [row._asdict() for row in rows] == [row._asdict() for row in expected]


async def test_sqlite_is_asked_past_sqlalchemy_only_in_quick_sessions(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    execute = sqlite.FetchingConnection.execute

    def noting(connection: sqlite.FetchingConnection, *arguments: Any) -> Any:
        asked.append(arguments[0])
        return execute(connection, *arguments)

    monkeypatch.setattr(sqlite.FetchingConnection, "execute", noting)
    selected = []
    for quick in (True, False):
        async with sqlite_sessions(quick=quick) as session:
            await direct.ask(session, SINCE, {"since": NOW})
        selected.append(sum(statement.startswith("SELECT") for statement in asked))
    assert selected == [1, 1]


async def test_what_waits_to_be_flushed_is_seen(stored: Sessions) -> None:
    titles = select(CHANNELS.c.title).order_by(CHANNELS.c.id)
    async with stored.begin(quick=True) as session:
        await direct.ask(session, titles)
        session.add(Channel(id=8, title="Another", added_at=NOW))
        assert [row.title for row in await direct.ask(session, titles)] == ["Old", "Another"]
        (await session.get_one(Channel, 8)).title = "Renamed"
        assert [row.title for row in await direct.ask(session, titles)] == ["Old", "Renamed"]
        await session.delete(await session.get_one(Channel, 8))
        assert [row.title for row in await direct.ask(session, titles)] == ["Old"]


async def test_a_session_goes_on_in_its_next_transaction(stored: Sessions) -> None:
    title = select(CHANNELS.c.title)
    async with stored(quick=True) as session:
        assert await direct.scalar(session, title) == "Old"
        await session.rollback()
        async with stored.begin(quick=True) as writing:
            await direct.ask(writing, RENAME, {"channel": 7, "named": "New", "now": NOW})
        assert await direct.scalar(session, title) == "New"


async def test_no_row_is_no_scalar(stored: Sessions) -> None:
    async with stored(quick=True) as session:
        assert await direct.scalar(session, SINCE, {"since": NOW + timedelta(days=1)}) is None


async def test_errors_are_those_of_sqlalchemy(stored: Sessions) -> None:
    again = insert(CHANNELS).values(
        id=bindparam("new_id"),
        title="Again",
        watched=True,
        cursor=0,
        pushed=0,
        found=0,
        protected=False,
        top=0,
        added_at=NOW,
    )
    with pytest.raises(IntegrityError) as raised:
        async with stored.begin(quick=True) as session:
            await direct.ask(session, again, {"new_id": 7})
    assert "7" in str(raised.value)


async def test_a_reader_cannot_write(sqlite_sessions: Sessions) -> None:
    with pytest.raises(OperationalError):
        async with sqlite_sessions(quick=True) as session:
            await direct.ask(session, RENAME, {"channel": 7, "named": "New", "now": NOW})


async def test_a_statement_that_needs_pythons_defaults_is_refused(sqlite_sessions: Sessions) -> None:
    owed = insert(DELIVERIES).values(subscriber_id=bindparam("reader"), kind=DeliveryKind.NOTICE, due_at=NOW)
    async with sqlite_sessions.begin(quick=True) as session:
        with pytest.raises(ValueError, match="defaults"):
            await direct.ask(session, owed, {"reader": 1})


@pytest.mark.parametrize("quick", [True, False])
async def test_objects_are_whole_and_in_no_session(stored: Sessions, quick: bool) -> None:
    async with stored.begin(quick=quick) as session:
        first, last = await direct.load(session, Post, LISTED, {"ids": [1, 3]})
        assert (first.text, first.date, first.entities) == ("пост 1", NOW, [{"type": "bold"}])
        assert last not in session
        last.text = "changed"
    async with stored() as session:
        assert (await session.get_one(Post, 3)).text == "пост 3"


@pytest.mark.parametrize("count", [1, direct.FEW + 1])
async def test_a_statement_is_done_for_each_row(stored: Sessions, count: int) -> None:
    rename = update(POSTS).where(POSTS.c.id == bindparam("post")).values(text=POSTS.c.text + bindparam("more"))
    async with stored.begin(quick=True) as session:
        await direct.tell(session, rename, [{"post": 1 + number % 3, "more": "!"} for number in range(count)])
    async with stored() as session:
        assert sum([post.text.count("!") for post in await session.scalars(select(Post))]) == count

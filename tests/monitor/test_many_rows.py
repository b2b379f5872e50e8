"""Rows that are inserted by the thousand are those that SQLAlchemy would insert."""

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import text

from monitor import many_rows, post_rows
from monitor.database import Sessions
from monitor.tables import POSTS
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, watch

EAST = timezone(timedelta(hours=4))


def rows() -> list[dict[str, Any]]:
    posts = [
        arrival(1, "Просто"),
        arrival(2, "", media=("photo",), grouped_id=7, links=("https://example.org/ё",), forward={"name": "Ё", "date": None}),
        arrival(3, "☃️ \x7f", date=datetime(1970, 1, 1, tzinfo=EAST), edit_date=NOW.replace(microsecond=0), reactions={"👍": 2}),
    ]  # fmt: skip
    return [post_rows.row(post, number, number, "ru", NOW) for number, post in enumerate(posts, 1)]


async def test_rows_by_the_thousand_are_those_that_sqlalchemy_writes(sessions: Sessions) -> None:
    await watch(sessions)
    async with sessions.begin() as session:
        await many_rows.insert(session, POSTS, rows())
        found = (await session.execute(text("SELECT * FROM posts ORDER BY id"))).all()
        await session.execute(text("DELETE FROM posts"))
        await session.execute(POSTS.insert(), rows())
        assert (await session.execute(text("SELECT * FROM posts ORDER BY id"))).all() == found
    assert len(found) == 3

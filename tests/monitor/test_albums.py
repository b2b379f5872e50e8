"""What came as one, on both databases."""

from typing import Any

from sqlalchemy import event, select

from monitor import albums, pictures
from monitor.database import Sessions
from monitor.models import Post
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch


async def numbers(sessions: Sessions, of: int) -> list[int]:
    """Message ids of what came as one with this message."""
    async with sessions() as session:
        post = (await session.scalars(select(Post).where(Post.message_id == of))).one()
        return [part.message_id for part in await albums.parts(session, post)]


async def test_the_parts_of_an_album_are_found_in_order_and_no_others(sessions: Sessions) -> None:
    await watch(sessions)
    await watch(sessions, 1002, "other")
    later = [arrival(number, "", grouped_id=5, date=NOW) for number in (4, 2)]
    await arrive(sessions, arrival(1, "паром"), arrival(3, "", grouped_id=5), *later, arrival(5, "", grouped_id=6))
    await arrive(sessions, arrival(6, "", grouped_id=5, channel_id=1002))
    assert [await numbers(sessions, of) for of in (1, 3, 5, 6)] == [[1], [2, 3, 4], [5], [6]]


async def test_sqlite_looks_for_them_among_albums_and_not_among_all_posts(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    await arrive(sqlite_sessions, *[arrival(number, "", grouped_id=5, media=("photo",)) for number in (1, 2)])
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in found.fetchall())

    async with sqlite_sessions() as session:
        head = (await session.scalars(select(Post).order_by(Post.id))).first()
        assert head is not None
        engine = (await session.connection()).engine.sync_engine
        event.listen(engine, "before_cursor_execute", explain)
        assert len(await albums.parts(session, head)) == len(await pictures._parts(session, head)) == 2
        event.remove(engine, "before_cursor_execute", explain)
    posts = {plan for plan in plans if "posts" in plan}
    assert posts == {"SEARCH posts USING INDEX ix_posts_album (channel_id=? AND grouped_id=?)"}

"""Every post has an id of its own that tells its second, however many are of one."""

from datetime import UTC, datetime

from sqlalchemy import event, func, select, text

from monitor import post_ids
from monitor.database import Sessions
from monitor.importing import import_posts
from monitor.jsonl import Line
from monitor.models import Post
from monitor.post_ids import SLOTS, moment_of
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def test_posts_of_one_second_that_want_the_same_id_get_ids_of_that_second(sessions: Sessions) -> None:
    await watch(sessions)
    same = [arrival(1 + number * SLOTS, f"Запись {number}", date=NOW) for number in range(20)]
    await arrive(sessions, *same[:10])
    await arrive(sessions, *same[10:])
    async with sessions() as session:
        ids = list(await session.scalars(select(Post.id)))
    assert len(ids) == 20
    assert {moment_of(each) for each in ids} == {NOW.replace(microsecond=0)}


async def test_posts_without_dates_fill_one_second_after_another(sqlite_sessions: Sessions) -> None:
    lines = [Line("news", number, NEVER, "", {}) for number in range(1, 2 * SLOTS + 1_000)]
    done = await import_posts(sqlite_sessions, lines, NOW, processes=1)
    assert done.new == len(lines)
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.max(Post.id))) < 3 * SLOTS


async def test_the_next_second_with_room_is_found_without_looking_at_each(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(1, "Первая", date=NEVER))
    full = 40
    async with sqlite_sessions.begin() as session:
        columns = ", ".join(column.name for column in Post.__table__.columns if column.name not in ("id", "message_id"))
        await session.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
                f" INSERT OR IGNORE INTO posts(id, message_id, {columns})"
                f" SELECT i, i + 2, {columns} FROM n, posts WHERE posts.message_id = 1"
            ),
            {"last": full * SLOTS - 1},
        )
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", count)
        posts = [arrival(10**6 + number, "", date=NEVER) for number in range(500)]
        taken = {post_ids.first_choice(post) for post in posts}
        ids = await post_ids.assign(session, posts, taken)
        event.remove(connection.sync_connection, "before_cursor_execute", count)
    assert len(set(ids)) == 500
    assert {each // SLOTS for each in ids} == {full}
    assert statements < 20

"""Posts that are older than posts are kept go with all that belongs to them, and nothing that is owed goes with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from monitor import expiry, fanout, reindexing, retelling, stories
from monitor.database import Sessions
from monitor.models import (
    Base,
    Channel,
    Delivery,
    DeliveryState,
    Fanout,
    IndexState,
    Match,
    Picture,
    PictureWish,
    Post,
    PostCount,
    PostVersion,
    Retelling,
    Subscriber,
    Topic,
    Translation,
    TranslationWish,
)
from monitor.search import search
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, texts, watch

KEPT = timedelta(days=90)
OLD = NOW - KEPT - timedelta(days=1)
OF_POSTS = (Post, Match, Delivery, PostVersion, PostCount, Translation, TranslationWish, Picture, PictureWish)


async def expire(sessions: Sessions, now: datetime = NOW) -> list[int]:
    return [removed async for removed in expiry.pages(sessions, now - KEPT, now)]


async def kept(sessions: Sessions) -> Sequence[int]:
    async with sessions() as session:
        return (await session.scalars(select(Post.message_id).order_by(Post.message_id))).all()


async def found(sessions: Sessions, query: str) -> list[str]:
    async with sessions() as session:
        return texts((await search(session, query, now=NOW)).posts)


async def settle(sessions: Sessions, state: DeliveryState = DeliveryState.SENT, **values: Any) -> None:
    """Whatever is owed is in this state now, since long ago unless `values` say another time."""
    values = {"settled_at": OLD, "created_at": OLD} | values
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(state=state, **values))


@pytest.fixture
async def archive(sessions: Sessions) -> Sessions:
    """An old post that somebody was alerted of, with everything that a post can have, and a new one."""
    await watch(sessions)
    reader, _ = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "Старое посольство", date=OLD), now=OLD)
    await arrive(sessions, arrival(1, "Старое посольство закрыто", date=OLD, edit_date=OLD), now=OLD)
    await arrive(sessions, arrival(2, "Новое посольство"))
    async with sessions.begin() as session:
        while await retelling.turn_page(session, NOW):
            pass
    await settle(sessions)
    async with sessions.begin() as session:
        old = await session.scalar(select(func.min(Post.id)))
        owed = await session.scalar(select(Delivery.id).where(Delivery.post_id != old))
        await session.execute(insert(PostCount).values(post_id=old, seen_at=OLD))
        await session.execute(insert(Translation).values(post_id=old, language="en", version=1, requested_at=OLD))
        wish = {"subscriber_id": reader.id, "delivery_id": owed}
        await session.execute(insert(TranslationWish).values(post_id=old, language="en", **wish))
        await session.execute(insert(Picture).values(post_id=old, album_id=old, kind="photo", requested_at=OLD))
        await session.execute(insert(PictureWish).values(album_id=old, **wish))
    return sessions


async def test_an_old_post_goes_with_all_that_belongs_to_it(archive: Sessions) -> None:
    assert await expire(archive) == [1]
    assert await kept(archive) == [2]
    async with archive() as session:
        counts = [await session.scalar(select(func.count()).select_from(model)) for model in OF_POSTS]
        assert counts == [1, 1, 1, 0, 0, 0, 0, 0, 0]
        assert await session.scalar(select(func.count()).select_from(Topic)) == 1
    assert await found(archive, "посольство") == ["Новое посольство"]
    assert await found(archive, "закрыто") == []


async def test_every_table_that_refers_to_posts_loses_what_belongs_to_a_removed_one() -> None:
    """A new table needs a row in `archive` to be looked at above."""
    referring = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "posts"
    }
    looked_at = {model.__tablename__ for model in OF_POSTS} - {"posts"}
    assert referring == looked_at | {Fanout.__tablename__, Retelling.__tablename__}
    assert all(
        key.ondelete == "CASCADE"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "posts"
    )


async def test_the_index_holds_nothing_of_what_was_removed(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Синхрофазотрон", date=OLD, links=("https://example.org/a",)), now=OLD)
    await expire(sessions)
    sqlite = sessions.engine.dialect.name == "sqlite"
    left = "SELECT count(*) FROM post_index_vocabulary" if sqlite else "SELECT count(*) FROM post_index"
    async with sessions() as session:
        assert await session.scalar(text(left)) == 0


async def test_posts_go_page_by_page_the_oldest_first(sessions: Sessions) -> None:
    await watch(sessions)
    size = expiry.PAGES[sessions.engine.dialect.name]
    await arrive(
        sessions,
        *(arrival(number, "Порт", date=OLD + timedelta(seconds=number)) for number in range(2 * size + 1)),
        alert=False,
    )
    pages = expiry.pages(sessions, NOW - KEPT, NOW)
    assert await anext(pages) == size
    assert await kept(sessions) == list(range(size, 2 * size + 1))
    assert [removed async for removed in pages] == [size, 1]
    assert await expire(sessions) == []


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (DeliveryState.DUE, {}),
        (DeliveryState.CLAIMED, {}),
        (DeliveryState.HELD, {}),
        (DeliveryState.REFUSED, {"settled_at": None, "created_at": NOW - timedelta(days=6)}),
        (DeliveryState.DEAD, {"settled_at": NOW - timedelta(days=29)}),
    ],
)
async def test_what_is_owed_keeps_its_post_until_it_is_told(
    archive: Sessions, state: DeliveryState, values: dict[str, Any]
) -> None:
    await settle(archive, state, **values)
    assert await expire(archive) == [0]
    assert await kept(archive) == [1, 2]
    await settle(archive)
    assert await expire(archive) == [1]


@pytest.mark.parametrize(
    ("state", "settled_at"),
    [(DeliveryState.REFUSED, None), (DeliveryState.DEAD, NOW - timedelta(days=31)), (DeliveryState.HELD, None)],
)
async def test_what_nobody_can_be_told_any_more_keeps_no_post(
    archive: Sessions, state: DeliveryState, settled_at: datetime | None
) -> None:
    await settle(archive, state, settled_at=settled_at)
    async with archive.begin() as session:
        await session.execute(update(Subscriber).values(active=False))
    assert await expire(archive) == [1]


async def test_what_very_many_wait_for_keeps_its_post(archive: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    async with archive.begin() as session:
        old = await session.scalar(select(func.min(Post.id)))
        topic = await session.scalar(select(Topic.id))
        await session.execute(insert(Fanout).values(post_id=old, topic_id=topic, after=0, created_at=OLD))
    assert await expire(archive) == [0]
    async with archive.begin() as session:
        while await fanout.turn_page(session, NOW):
            pass
    await settle(archive)
    monkeypatch.setattr(retelling, "MANY", 0)
    async with archive.begin() as session:
        assert old is not None
        await retelling.enqueue(session, [old], NOW)
    assert await expire(archive) == [0]


async def test_all_parts_of_an_album_that_is_owed_stay(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    parts = [arrival(number, "посольство" * (number == 1), date=OLD, grouped_id=5) for number in (1, 2, 3)]
    await arrive(sessions, *parts, now=OLD)
    assert await expire(sessions) == [0]
    await settle(sessions)
    assert await expire(sessions) == [3]


async def test_a_removed_post_that_is_edited_alerts_nobody(archive: Sessions) -> None:
    async with archive.begin() as session:
        await session.execute(update(Channel).where(Channel.id == CHANNEL).values(cursor=2))
    await expire(archive)
    again = await arrive(archive, arrival(1, "Посольство снова", date=OLD, edit_date=NOW))
    assert (again.new, again.owed) == (1, 0)
    assert await expire(archive) == [1]


async def test_a_story_goes_on_without_the_post_that_founded_it(sessions: Sessions) -> None:
    news = "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, ждут сорок машин."
    edge = NOW - KEPT
    for channel_id, minutes in ((CHANNEL, -5), (1002, 5), (1003, 10)):
        await watch(sessions, channel_id, f"channel_{channel_id}")
        moment = edge + timedelta(minutes=minutes)
        if channel_id == 1003:
            assert await expire(sessions) == [1]
        await arrive(sessions, arrival(1, news, channel_id=channel_id, date=moment), now=moment)
    async with sessions() as session:
        assert len(set(await session.scalars(select(Post.story_id)))) == 1
    await stories.forget(sessions, NOW)


async def test_a_post_that_is_edited_while_it_is_looked_at_goes_the_next_time(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(1, "Порт", date=OLD), now=OLD)
    entries = expiry._entries

    async def overtaken(*arguments: Any) -> Any:
        found = await entries(*arguments)
        await arrive(sqlite_sessions, arrival(1, "Причал", date=OLD, edit_date=NOW))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(expiry, "_entries", overtaken)
        assert await expire(sqlite_sessions) == [0]
    assert await found(sqlite_sessions, "причал") == ["Причал"]
    assert await expire(sqlite_sessions) == [1]
    assert await found(sqlite_sessions, "причал | порт") == []


async def test_posts_that_wait_to_be_indexed_anew_go_too(archive: Sessions) -> None:
    async with archive.begin() as session:
        await session.execute(update(IndexState).values(keys_version=0))
    await reindexing.prepare(archive)
    assert await expire(archive) == [1]
    await reindexing.reindex(archive)
    assert await found(archive, "посольство") == ["Новое посольство"]


async def test_it_is_known_of_which_time_posts_are_there(archive: Sessions) -> None:
    async with archive() as session:
        assert await expiry.span(session) == (OLD, NOW + timedelta(minutes=2))
    async with archive.begin() as session:
        await session.execute(Base.metadata.tables["posts"].delete())
    async with archive() as session:
        assert await expiry.span(session) is None

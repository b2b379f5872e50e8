from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from monitor import index, subscriptions
from monitor import topics as standing
from monitor.claims import ALBUM_WAIT
from monitor.database import Sessions
from monitor.ingest import Ingested, ingest, mark_deleted
from monitor.models import Channel, Delivery, Match, Post, PostCount, PostVersion, Subscriber
from monitor.query.matcher import Matcher
from monitor.search import scan
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch


async def count(sessions: Sessions, model: type) -> int:
    async with sessions() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_post_is_stored_once_however_often_it_comes(sessions: Sessions) -> None:
    await watch(sessions)
    post = arrival(5, "Первая новость")
    first = await arrive(sessions, post, post)
    again = await arrive(sessions, post)
    assert (first.new, again.new, again.unchanged) == (1, 0, 1)
    assert await count(sessions, Post) == 1


async def test_a_match_is_owed_once_to_each_subscriber(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство", chat_id=1)
    await subscribe(sessions, "Баку", chat_id=1)
    await subscribe(sessions, "Баку", chat_id=2)
    done = await arrive(sessions, arrival(1, "В Баку у посольства дежурит полиция"))
    again = await arrive(sessions, arrival(1, "В Баку у посольства дежурит полиция"))
    assert (done.matched, done.owed, again.owed) == (1, 2, 0)
    assert await count(sessions, Delivery) == 2
    assert await count(sessions, Match) == 3


async def test_a_match_keeps_what_matched_in_characters(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    text = "🔥 Нота передана посольству"
    await arrive(sessions, arrival(1, text))
    async with sessions() as session:
        ((start, end),) = (await session.scalars(select(Match.spans))).one()
    assert text[start:end] == "посольству"


async def test_history_is_matched_and_alerts_nobody(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "Баку")
    done = await arrive(sessions, arrival(1, "Утро в Баку"), alert=False)
    assert (done.matched, done.owed) == (1, 0)


async def test_an_edit_of_a_post_from_before_the_watch_alerts_nobody(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "Баку")
    await arrive(sessions, reached={CHANNEL: 100})
    done = await arrive(sessions, arrival(99, "Утро в Баку, исправлено"))
    assert (done.new, done.matched, done.owed) == (1, 1, 0)


async def test_a_topic_made_later_is_matched_from_then_on(sessions: Sessions) -> None:
    await watch(sessions)
    topics = StandingTopics()
    await arrive(sessions, arrival(1, "Утро в Баку"), topics=topics)
    await subscribe(sessions, "Баку")
    done = await arrive(sessions, arrival(2, "Вечер в Баку"), topics=topics)
    assert done.owed == 1


async def test_a_topic_that_is_gone_is_matched_no_longer(sessions: Sessions) -> None:
    await watch(sessions)
    topics = StandingTopics()
    subscriber, topic = await subscribe(sessions, "Баку")
    assert (await arrive(sessions, arrival(1, "Утро в Баку"), topics=topics)).owed == 1
    async with sessions.begin() as session:
        await subscriptions.end(session, await session.get_one(Subscriber, subscriber.id), topic.id, NOW)
    await subscriptions.sweep(sessions, NOW + timedelta(days=1))
    assert (await arrive(sessions, arrival(2, "Вечер в Баку"), topics=topics)).matched == 0


async def test_an_edit_keeps_the_text_that_was_there(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Задержаны двое"))
    later = NOW + timedelta(minutes=3)
    done = await arrive(sessions, arrival(1, "Задержаны трое", edit_date=later))
    assert done.edited == 1
    async with sessions() as session:
        post = (await session.scalars(select(Post))).one()
        old = (await session.scalars(select(PostVersion))).one()
    assert (post.text, post.version, post.edited_at) == ("Задержаны трое", 2, later)
    assert (old.text, old.number) == ("Задержаны двое", 1)


async def test_of_an_old_post_only_an_edit_that_makes_it_match_alerts(sessions: Sessions) -> None:
    await watch(sessions)
    old = NOW - timedelta(days=900)
    await arrive(sessions, arrival(1, "Дрон над портом", date=old), now=old)
    await subscribe(sessions, "дрон")

    async def edit(text: str, minute: int) -> Ingested:
        edited = arrival(1, text, date=old, edit_date=NOW + timedelta(minutes=minute))
        return await arrive(sessions, edited, now=NOW + timedelta(minutes=minute))

    done = await edit("Дрон над портом\n\nПодписаться", 1)
    assert (done.matched, done.owed) == (1, 0)
    await subscribe(sessions, "порт", chat_id=2)
    assert (await edit("Дрон над портом\n\nПрислать новость", 2)).owed == 0
    assert (await edit("Над городом тихо", 3)).owed == 0
    assert (await edit("Дроны над городом", 4)).owed == 1


async def test_an_edit_of_the_last_days_alerts_whoever_was_not_alerted(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Дрон над портом"))
    await subscribe(sessions, "дрон")
    edited = arrival(1, "Дрон над портом, все живы", edit_date=NOW + timedelta(days=2))
    assert (await arrive(sessions, edited, now=NOW + timedelta(days=2))).owed == 1


async def test_an_edit_that_matches_for_the_first_time_alerts(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "гражданство")
    assert (await arrive(sessions, arrival(1, "Ждём подробностей"))).owed == 0
    edited = arrival(1, "Он лишён гражданства", edit_date=NOW + timedelta(minutes=1))
    assert (await arrive(sessions, edited)).owed == 1
    assert (await arrive(sessions, edited)).owed == 0


async def test_an_older_text_never_replaces_a_newer_one(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "новый", edit_date=NOW + timedelta(minutes=9)))
    await arrive(sessions, arrival(1, "старый", edit_date=NOW + timedelta(minutes=5)))
    await arrive(sessions, arrival(1, "самый старый"))
    async with sessions() as session:
        assert (await session.scalars(select(Post.text))).one() == "новый"


async def test_a_deleted_post_stays_and_is_marked(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "скоро удалят"))
    async with sessions.begin() as session:
        assert await mark_deleted(session, CHANNEL, [1, 2], NOW) == 1
        assert await mark_deleted(session, CHANNEL, [1], NOW) == 0
    async with sessions() as session:
        post = (await session.scalars(select(Post))).one()
    assert (post.text, post.deleted_at) == ("скоро удалят", NOW)


async def test_an_album_is_owed_as_one_alert(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "рынок")
    await arrive(sessions, arrival(1, "", grouped_id=9), arrival(2, "Рынок закрыт", grouped_id=9))
    await arrive(sessions, arrival(3, "Рынок, вид сверху", grouped_id=9))
    assert await count(sessions, Delivery) == 1
    async with sessions() as session:
        (delivery,) = await session.scalars(select(Delivery))
    assert delivery.due_at == NOW + ALBUM_WAIT  # by then its parts are there


async def test_the_title_of_a_linked_page_is_found_like_the_words_of_the_post(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "https://example.org/1"))
    titled = arrival(1, "https://example.org/1", preview="Посольство закрыто")
    assert (await arrive(sessions, titled)).owed == 1
    assert (await arrive(sessions, titled)).unchanged == 1
    async with sessions() as session:
        assert [found.spans async for found in scan(session, "посольство")] == [[]]
        (post,) = await session.scalars(select(Post))
    assert (post.version, post.edited_at) == (1, None)


async def test_counts_are_remembered_once_an_hour(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Новость", views=10))
    for minutes, views in ((1, 20), (2, 30), (90, 40), (91, 40)):
        now = NOW + timedelta(minutes=minutes)
        await arrive(sessions, arrival(1, "Новость", views=views, reactions={"👍": views}), now=now)
    async with sessions() as session:
        lines = await session.execute(select(PostCount.seen_at, PostCount.views).order_by(PostCount.seen_at))
        post = (await session.scalars(select(Post))).one()
    assert [((seen - NOW).seconds // 60, views) for seen, views in lines] == [(1, 20), (90, 40)]
    assert (post.views, post.reactions, post.version) == (40, {"👍": 40}, 1)


async def test_the_cursor_never_goes_back(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(7, "седьмой"), reached={CHANNEL: 7})
    await arrive(sessions, arrival(3, "третий"), reached={CHANNEL: 3})
    async with sessions() as session:
        assert (await session.get_one(Channel, CHANNEL)).cursor == 7


async def test_posts_of_one_second_get_ids_of_their_own(sessions: Sessions) -> None:
    await watch(sessions)
    same = [arrival(number, f"пост {number}", date=NOW) for number in range(1, 300)]
    assert (await arrive(sessions, *same)).new == 299


async def test_nul_characters_do_not_harm(sessions: Sessions) -> None:
    await watch(sessions)
    assert (await arrive(sessions, arrival(1, "до\x00после"))).new == 1


async def test_storing_a_post_reads_no_table_as_a_whole(sqlite_sessions: Sessions) -> None:
    """By SQLite's own plan of each statement: with a scan, every post would be slower than the one before."""
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "посольство")
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")) and not isinstance(parameters, list):
            found = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in found.fetchall())

    async with sqlite_sessions.begin() as session:
        engine = (await session.connection()).engine.sync_engine
        topics = StandingTopics()
        await topics.refresh(session)  # begins with the newest posts, at the table's end
    event.listen(engine, "before_cursor_execute", explain)
    first, again = (
        [(1, "у посольства"), (2, "погода")],
        [arrival(2, "у посольства"), arrival(3, "погода", grouped_id=5)],
    )
    await arrive(sqlite_sessions, *[arrival(*each) for each in first], topics=topics, reached={CHANNEL: 2})
    await arrive(sqlite_sessions, *again, topics=topics, reached={CHANNEL: 3})
    assert any(plan.startswith("SEARCH posts") for plan in plans)
    small = ("CONSTANT", "VIRTUAL", "SCAN crowd")  # a crowd is counted up to 301
    assert not [plan for plan in plans if plan.startswith("SCAN") and not any(word in plan for word in small)]


async def test_an_edited_text_is_in_the_language_that_it_is_in_now(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Протесты в столице продолжались всю ночь до утра"))
    later = NOW + timedelta(minutes=1)
    await arrive(sessions, arrival(1, "Protests in the capital went on all night until dawn", edit_date=later))
    async with sessions() as session:
        assert await session.scalar(select(Post.language)) == "en"
    async with sessions() as session:
        assert [found.post.message_id async for found in scan(session, "protest lang:en")] == [1]
        assert [found.post.message_id async for found in scan(session, "protest lang:ru")] == []


async def test_odd_posts_are_stored_like_any_other(sessions: Sessions) -> None:
    await watch(sessions)
    old = arrival(1, "первый", date=datetime(1970, 1, 1, tzinfo=UTC))
    sticker = arrival(2, "", media=("file",))
    far = replace(sticker, message_id=2**40, text="далеко", grouped_id=2**62, views=2**31 - 1)
    done = await arrive(sessions, old, sticker, far)
    assert done.new == 3
    async with sessions() as session:
        posts = await session.scalars(select(Post).order_by(Post.message_id))
    assert [(post.message_id, post.text, post.date) for post in posts] == [
        (each.message_id, each.text, each.date) for each in (old, sticker, far)
    ]


async def test_many_pushed_at_once_are_stored_as_the_listener_stores_them(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    posts = [arrival(number, f"Утро в Баку, день {number}") for number in range(1, index.MANY + 1)]
    async with sqlite_sessions.begin(quick=True) as session:
        assert (await ingest(session, StandingTopics(), posts, now=NOW)).new == index.MANY
    async with sqlite_sessions() as session:
        assert len([found async for found in scan(session, "баку", now=NOW)]) == index.MANY


async def test_frequent_words_are_told_from_rare_ones_by_the_newest_posts(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(sessions)
    await arrive(sessions, *[arrival(number, f"паром {number}") for number in range(1, 6)])
    sample = list[str]()
    monkeypatch.setattr(standing, "SAMPLE", 3)
    monkeypatch.setattr(standing, "Matcher", lambda texts: sample.extend(texts) or Matcher(texts))
    async with sessions() as session:
        await StandingTopics().refresh(session)
    assert sample == ["паром 5", "паром 4", "паром 3"]

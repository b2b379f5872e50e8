"""Who is owed a post, also where very many are."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from monitor import fanout
from monitor.database import Sessions
from monitor.models import (
    Channel,
    ChatKind,
    Delivery,
    DeliveryState,
    Fanout,
    Mode,
    Mute,
    Post,
    Priority,
    Subscriber,
    Subscription,
)
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch


async def crowd(sessions: Sessions, topic_id: int, count: int) -> None:
    """So many subscribers more for the topic."""
    async with sessions.begin() as session:
        people = [
            {"chat_id": 1000 + number, "thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": NOW}
            for number in range(count)
        ]
        ids = await session.scalars(insert(Subscriber).returning(Subscriber.id), people)
        rows = [{"subscriber_id": one, "topic_id": topic_id, "mode": Mode.INSTANT, "created_at": NOW} for one in ids]
        await session.execute(insert(Subscription), rows)


async def owed(sessions: Sessions) -> list[tuple[str, int]]:
    """(state, priority) of every delivery."""
    async with sessions() as session:
        rows = await session.execute(select(Delivery.state, Delivery.priority).order_by(Delivery.id))
        return [(str(state), priority) for state, priority in rows]


async def turn(sessions: Sessions) -> bool:
    async with sessions.begin() as session:
        return await fanout.turn_page(session, NOW)


async def subscription(sessions: Sessions, topic_id: int, **values: object) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == topic_id).values(**values))


@pytest.fixture(autouse=True)
async def watched(sessions: Sessions) -> None:
    await watch(sessions)


async def test_what_very_many_wait_for_is_enqueued_in_pages_and_once_each(sessions: Sessions) -> None:
    _, first = await subscribe(sessions, "посольство")
    _, second = await subscribe(sessions, "тихо")
    await crowd(sessions, first.id, 2 * fanout.MANY)
    await crowd_takes(sessions, second.id, 10)
    await arrive(sessions, arrival(1, "У посольства тихо"))
    assert await owed(sessions) == []
    assert await turn(sessions)
    assert 0 < len(await owed(sessions)) <= fanout.page_size(sessions.engine.dialect.name)
    while await turn(sessions):
        pass
    assert await owed(sessions) == [(DeliveryState.DUE, Priority.CROWD)] * (2 * fanout.MANY + 1)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Fanout)) == 0


@pytest.mark.parametrize(("grouped_id", "seconds"), [(None, 0), (7, 1.5)])
async def test_an_album_that_very_many_wait_for_waits_for_its_parts(
    sessions: Sessions, grouped_id: int | None, seconds: float
) -> None:
    _, topic = await subscribe(sessions, "посольство")
    await crowd(sessions, topic.id, fanout.MANY)
    await arrive(sessions, arrival(1, "У посольства тихо", grouped_id=grouped_id))
    assert await turn(sessions)
    async with sessions() as session:
        assert set(await session.scalars(select(Delivery.due_at))) == {NOW + timedelta(seconds=seconds)}


async def crowd_takes(sessions: Sessions, topic_id: int, count: int) -> None:
    """So many of the crowd want this topic too."""
    async with sessions.begin() as session:
        ids = await session.scalars(select(Subscriber.id).where(Subscriber.chat_id >= 1000).limit(count))
        rows = [{"subscriber_id": one, "topic_id": topic_id, "mode": Mode.INSTANT, "created_at": NOW} for one in ids]
        await session.execute(insert(Subscription), rows)


async def test_what_few_wait_for_is_owed_at_once_and_before_what_many_do(sessions: Sessions) -> None:
    await subscribe(sessions, "посольство")
    assert (await arrive(sessions, arrival(1, "У посольства тихо"))).owed == 1
    assert await owed(sessions) == [(DeliveryState.DUE, Priority.ALERT)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"mode": Mode.SILENT}, []),
        ({"muted_until": NOW + timedelta(minutes=1)}, []),
        ({"muted_until": NOW}, [(DeliveryState.DUE, Priority.ALERT)]),
        ({"mode": Mode.DIGEST}, [(DeliveryState.HELD, Priority.DIGEST)]),
        ({"mode": Mode.DIGEST, "priority": True}, [(DeliveryState.DUE, Priority.URGENT)]),
        ({"priority": True}, [(DeliveryState.DUE, Priority.URGENT)]),
    ],
)
async def test_a_subscription_says_how_a_post_is_owed(
    sessions: Sessions, values: dict[str, object], expected: list[tuple[str, int]]
) -> None:
    _, topic = await subscribe(sessions, "посольство")
    await subscription(sessions, topic.id, **values)
    await arrive(sessions, arrival(1, "У посольства тихо"))
    assert await owed(sessions) == expected


async def test_of_two_topics_the_more_pressing_one_decides(sessions: Sessions) -> None:
    _, later = await subscribe(sessions, "посольство")
    await subscription(sessions, later.id, mode=Mode.DIGEST)
    await subscribe(sessions, "тихо")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    assert await owed(sessions) == [(DeliveryState.DUE, Priority.ALERT)]


async def test_an_edit_that_satisfies_a_more_pressing_topic_presses(sessions: Sessions) -> None:
    topics = StandingTopics()
    _, later = await subscribe(sessions, "посольство")
    await subscription(sessions, later.id, mode=Mode.DIGEST)
    await subscribe(sessions, "шумно")
    await arrive(sessions, arrival(1, "У посольства тихо"), topics=topics)
    assert await owed(sessions) == [(DeliveryState.HELD, Priority.DIGEST)]
    await arrive(sessions, arrival(1, "У посольства шумно", edit_date=NOW), topics=topics)
    assert await owed(sessions) == [(DeliveryState.DUE, Priority.ALERT)]


async def test_a_channel_that_a_subscriber_muted_tells_the_others_alone(sessions: Sessions) -> None:
    muting, _ = await subscribe(sessions, "посольство")
    await subscribe(sessions, "посольство", chat_id=2)
    async with sessions.begin() as session:
        assert await session.get(Channel, CHANNEL) is not None
        await session.execute(insert(Mute).values(subscriber_id=muting.id, channel_id=CHANNEL, created_at=NOW))
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions() as session:
        owed_to = list(await session.scalars(select(Delivery.subscriber_id)))
    assert len(owed_to) == 1
    assert muting.id not in owed_to


async def told(sessions: Sessions, chat_id: int) -> list[int]:
    """The messages that the chat is owed, in order."""
    async with sessions() as session:
        theirs = select(Post.message_id).join(Delivery, Delivery.post_id == Post.id).join(Subscriber)
        return list(await session.scalars(theirs.where(Subscriber.chat_id == chat_id).order_by(Delivery.id)))


async def test_of_posts_that_come_together_a_story_is_told_once_to_whom_wants_that_and_all_in_order(
    sessions: Sessions,
) -> None:
    await watch(sessions, 1002, "second_news")
    await subscribe(sessions, "посольство")
    await subscribe(sessions, "тихо")
    other, _ = await subscribe(sessions, "посольство", chat_id=2)
    async with sessions.begin() as session:
        await session.execute(update(Subscriber).values(tells_once=Subscriber.id != other.id))
    same = "У посольства сегодня вечером было тихо, как говорят очевидцы, хотя ждали другого"
    posts = [
        arrival(1, same),
        arrival(2, "Погода хорошая"),
        arrival(3, "Другое посольство закрыто до самого конца следующей недели"),
        arrival(4, same, channel_id=1002),
        arrival(5, "В посольстве приём", grouped_id=7),
        arrival(6, "Посольство на другом снимке", grouped_id=7),
        arrival(7, "Третье посольство открыто уже с раннего утра, но людей там мало"),
    ]
    done = await arrive(sessions, *posts)
    assert await told(sessions, 1) == [1, 3, 5, 7]
    assert await told(sessions, 2) == [1, 3, 4, 5, 7]
    assert done.owed == 9


async def test_whom_an_album_tells_two_stories_is_told_neither_again(sessions: Sessions) -> None:
    for channel_id, name in ((1002, "second_news"), (1003, "third_news")):
        await watch(sessions, channel_id, name)
    await subscribe(sessions, "посольство")
    first = "У посольства сегодня вечером было тихо, как говорят очевидцы, хотя ждали другого"
    second = "Третье посольство открыто уже с раннего утра, но людей там мало и очереди больше нет"
    posts = [
        arrival(1, first, grouped_id=7),
        arrival(3, second, channel_id=1002),
        arrival(2, second, grouped_id=7),
        arrival(4, first, channel_id=1003),
    ]
    done = await arrive(sessions, *posts)
    assert (await told(sessions, 1), done.owed) == ([1], 1)


async def test_whom_few_topics_have_is_found_without_reading_through_those_of_one_that_has_nearly_all(
    postgres_sessions: Sessions,
) -> None:
    _, everybodys = await subscribe(postgres_sessions, "посольство")
    _, rare = await subscribe(postgres_sessions, "тихо")
    await crowd(postgres_sessions, everybodys.id, 3_000)
    async with postgres_sessions.begin() as session:
        await session.execute(text("ANALYZE subscriptions"))
    async with postgres_sessions.begin() as session:
        found = await fanout.crowds(session, [everybodys.id, rare.id])
        read = text("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'subscriptions'")
        assert (found, await session.scalar(read)) == ({everybodys.id: fanout.MANY + 1, rare.id: 1}, 0)

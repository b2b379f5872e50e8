"""Who is told of what: filters, pauses, and what can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from monitor import subscriptions
from monitor.database import Sessions
from monitor.models import Mode, Subscriber, Subscription, Topic
from monitor.subscriptions import TopicGoneError
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

OTHER = 1002
RUSSIAN = "Утром в Баку открылось новое посольство, сообщили журналистам"
LATER = NOW + timedelta(days=2)


async def change(sessions: Sessions, subscriber: Subscriber, topic: Topic, **values: Any) -> None:
    async with sessions.begin() as session:
        await subscriptions.change(session, subscriber, topic.id, **values)


async def end(sessions: Sessions, subscriber: Subscriber, topic: Topic) -> None:
    async with sessions.begin() as session:
        await subscriptions.end(session, subscriber, topic.id, NOW)


async def sweep(sessions: Sessions) -> int:
    return await subscriptions.sweep(sessions, LATER)


async def topics(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(Topic)) or 0


@pytest.mark.parametrize(
    ("values", "owed"),
    [
        ({}, 1),
        ({"paused": True}, 0),
        ({"mode": Mode.SILENT}, 0),
        ({"channels": [str(CHANNEL)]}, 1),
        ({"channels": [str(OTHER), str(CHANNEL)]}, 1),
        ({"channels": [str(CHANNEL)[:-1], f"{CHANNEL}0"]}, 0),
        ({"languages": ["ru"]}, 1),
        ({"languages": ["en", "az"]}, 0),
        ({"channels": [str(CHANNEL)], "languages": ["en"]}, 0),
        ({"channels": [], "languages": None}, 1),
    ],
)
async def test_a_subscription_lets_through_what_it_was_told_to(
    sessions: Sessions, values: dict[str, Any], owed: int
) -> None:
    await watch(sessions)
    subscriber, topic = await subscribe(sessions, "посольство")
    await change(sessions, subscriber, topic, **values)
    assert (await arrive(sessions, arrival(1, RUSSIAN))).owed == owed


async def test_a_post_in_no_known_language_is_let_through(sessions: Sessions) -> None:
    await watch(sessions)
    subscriber, topic = await subscribe(sessions, "/[0-9]+/")
    await change(sessions, subscriber, topic, languages=["ru"])
    assert (await arrive(sessions, arrival(1, "12 34"))).owed == 1


async def test_what_was_ended_tells_nothing_and_can_be_taken_back(sessions: Sessions) -> None:
    await watch(sessions)
    subscriber, topic = await subscribe(sessions, "посольство")
    await change(sessions, subscriber, topic, mode=Mode.DIGEST, priority=True)
    await end(sessions, subscriber, topic)
    assert (await arrive(sessions, arrival(1, RUSSIAN))).owed == 0
    async with sessions.begin() as session:
        assert await subscriptions.subscriptions(session, subscriber) == []
        assert await subscriptions.end(session, subscriber, topic.id, NOW) is None
        with pytest.raises(TopicGoneError):
            await subscriptions.change(session, subscriber, topic.id, paused=True)
        assert await subscriptions.follow(session, subscriber, topic, NOW) is True
        ((again, _),) = await subscriptions.subscriptions(session, subscriber)
    assert (again.mode, again.priority) == (Mode.DIGEST, True)


async def test_the_same_query_takes_back_what_was_ended(sessions: Sessions) -> None:
    subscriber, topic = await subscribe(sessions, "посольство")
    await end(sessions, subscriber, topic)
    _, again = await subscribe(sessions, "посольство")
    assert again.id == topic.id
    assert await sweep(sessions) == 0
    assert await topics(sessions) == 1


async def test_a_private_topic_goes_with_the_last_who_is_told_of_it(sessions: Sessions) -> None:
    owner, topic = await subscribe(sessions, "посольство")
    friend, _ = await subscribe(sessions, "взрыв", chat_id=2)
    async with sessions.begin() as session:
        await subscriptions.follow(session, friend, topic, NOW)
    await end(sessions, owner, topic)
    await sweep(sessions)
    assert await topics(sessions) == 2
    await end(sessions, friend, topic)
    await sweep(sessions)
    assert await topics(sessions) == 1


async def test_a_topic_that_takes_the_number_of_one_that_is_gone_is_matched(sessions: Sessions) -> None:
    """SQLite gives the number of a deleted row away again."""
    await watch(sessions)
    standing = StandingTopics()
    _, gone = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, RUSSIAN), topics=standing)
    async with sessions.begin() as session:
        await session.execute(delete(Topic).where(Topic.id == gone.id))
    await subscribe(sessions, "взрыв")
    assert (await arrive(sessions, arrival(2, "Взрыв в Баку"), topics=standing)).owed == 1
    assert (await arrive(sessions, arrival(3, RUSSIAN), topics=standing)).owed == 0


async def test_subscribing_twice_at_once_makes_one_subscription(sessions: Sessions) -> None:
    subscriber, topic = await subscribe(sessions, "посольство")
    async with sessions.begin() as session:
        assert await subscriptions.follow(session, subscriber, topic, NOW) is False
        assert await session.scalar(select(func.count()).select_from(Subscription)) == 1

"""Words that rise, and spikes of topics, on both databases."""

import math
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.schedule import Schedule
from monitor import spikes, trends
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.models import Delivery, Match, Mode, Post, Subscriber, Subscription, Topic, WordCount
from monitor.post_ids import first_id
from monitor.trends import Rising
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

USUAL = "сегодня в Москве и области обещают дождь"
NEWS = "Ибрагимова лишили гражданства"


def posts(day: int, texts: Sequence[str], channel: int = 10, first: int = 1) -> list[IncomingPost]:
    """One post an hour of the day that was so many days ago."""
    return [
        IncomingPost(channel, 1000 * day + first + n, NOW - timedelta(days=day, minutes=10 + 30 * n), text)
        for n, text in enumerate(texts)
    ]


async def count_all(sessions: Sessions) -> None:
    schedule = Schedule(sessions, clock=lambda: NOW)
    await schedule._count_words()


async def rising(sessions: Sessions) -> list[Rising] | None:
    async with sessions() as session:
        return await trends.rising(session, NOW)


async def test_a_word_that_rises_is_shown_as_people_write_it_and_a_usual_one_is_not(sessions: Sessions) -> None:
    await watch(sessions, 10)
    await watch(sessions, 20, "rian_ru")
    for day in range(7):
        await arrive(sessions, *posts(day, [USUAL] * 10))
    news = [NEWS, "Ибрагимов без гражданства", "Ибрагимову отказали", "Об Ибрагимове молчат"]
    await arrive(sessions, *posts(0, news, first=500), *posts(0, news, channel=20))
    await count_all(sessions)
    found = await rising(sessions)
    assert found is not None
    assert [(each.word, each.posts) for each in found] == [("Ибрагимов", 8)]
    assert found[0].times > 3


async def test_a_word_of_one_channel_alone_does_not_rise(sessions: Sessions) -> None:
    await watch(sessions, 10)
    for day in range(7):
        await arrive(sessions, *posts(day, [USUAL] * 10))
    await arrive(sessions, *posts(0, [NEWS] * 20, first=500))
    await count_all(sessions)
    assert await rising(sessions) == []


async def test_nothing_is_said_as_long_as_the_usual_is_not_known(sessions: Sessions) -> None:
    await watch(sessions, 10)
    await arrive(sessions, *posts(0, [NEWS] * 20))
    await count_all(sessions)
    assert await rising(sessions) is None


async def test_posts_are_counted_once_and_rare_words_of_days_that_are_over_are_forgotten(sessions: Sessions) -> None:
    await watch(sessions, 10)
    await arrive(sessions, *posts(3, [USUAL] * 4 + ["редкость"]), *posts(0, [USUAL] * 2))
    await count_all(sessions)
    await count_all(sessions)
    day = (WordCount.hours == 24, WordCount.since < NOW - timedelta(days=1))
    rare, usual = select(func.count()).where(WordCount.word == "редкость"), select(WordCount.posts).where(*day)
    async with sessions() as session:
        assert await session.scalar(usual.where(WordCount.word == "дождь")) == 4
        assert await session.scalar(rare.where(WordCount.hours == 24)) == 1
    await trends.prune(sessions, NOW)
    async with sessions() as session:
        assert await session.scalar(usual.where(WordCount.word == "дождь")) == 4
        assert await session.scalar(rare) == 0
    await trends.prune(sessions, NOW + timedelta(days=40))
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(WordCount)) == 0


async def fill(sessions: Sessions, topic: Topic, hours_ago: Sequence[float]) -> None:
    """Posts that satisfy the topic, so many hours before NOW."""
    async with sessions.begin() as session:
        for n, hours in enumerate(hours_ago):
            moment = NOW - timedelta(hours=hours)
            number = first_id(moment) + 3000 + n
            session.add(
                Post(
                    id=number, channel_id=10, message_id=number, date=moment, text="", entities=[], media=[], links=[],
                    album_id=number, stored_at=moment,
                )
            )  # fmt: skip
            await session.flush()
            session.add(Match(post_id=number, topic_id=topic.id, spans=[], matched_at=moment))


async def spike(sessions: Sessions, minutes: int = 0) -> int:
    return await spikes.watch(sessions, NOW + timedelta(minutes=minutes))


async def owed(sessions: Sessions) -> list[dict[str, object]]:
    async with sessions() as session:
        notices = select(Delivery.notice).where(Delivery.post_id.is_(None)).order_by(Delivery.id)
        return [notice for notice in await session.scalars(notices) if notice]


async def topic_of(sessions: Sessions, days: int = 30) -> Topic:
    await watch(sessions, 10)
    _, topic = await subscribe(sessions, "посольство")
    async with sessions.begin() as session:
        kept = await session.get_one(Topic, topic.id)
        kept.created_at = NOW - timedelta(days=days)
    return topic


async def test_a_spike_is_told_once_and_again_only_after_it_was_over(sessions: Sessions) -> None:
    topic = await topic_of(sessions)
    await fill(sessions, topic, [*range(2, 168, 2), *[0.1] * 8])
    assert [await spike(sessions), await spike(sessions, 5), await spike(sessions, 10)] == [1, 0, 0]
    (notice,) = await owed(sessions)
    assert notice == {"key": "spike", "params": {"topic": "посольство", "times": 16, "count": 8}}
    assert await spike(sessions, 90) == 0
    await fill(sessions, topic, [-1.6] * 20)
    assert await spike(sessions, 100) == 1
    assert len(await owed(sessions)) == 2


async def test_what_is_usual_for_a_topic_is_no_spike_nor_are_few_posts_or_a_new_topic(sessions: Sessions) -> None:
    topic = await topic_of(sessions)
    await fill(sessions, topic, [*(hour + part / 9 for hour in range(2, 168) for part in range(8)), *[0.1] * 9])
    assert await spike(sessions) == 0
    _, few = await subscribe(sessions, "погода", chat_id=8)
    await fill(sessions, few, [0.2] * 4)
    _, new = await subscribe(sessions, "выборы", chat_id=8)
    await fill(sessions, new, [0.3] * 9)
    assert await spike(sessions) == 0


@pytest.mark.parametrize(
    ("reader", "subscription", "told"),
    [
        ({"quiet_from": 0, "quiet_to": 1439}, {}, 0),
        ({"quiet_from": 0, "quiet_to": 1439}, {"priority": True}, 1),
        ({"quiet_from": 0, "quiet_to": 60}, {}, 1),
        ({"snoozed_until": NOW + timedelta(hours=1)}, {}, 0),
        ({"snoozed_until": NOW - timedelta(hours=1)}, {}, 1),
        ({}, {"muted_until": NOW + timedelta(hours=1)}, 0),
        ({}, {"paused": True}, 0),
        ({"active": False}, {}, 0),
    ],
)
async def test_a_spike_rings_only_where_an_alert_would(
    sessions: Sessions, reader: dict[str, object], subscription: dict[str, object], told: int
) -> None:
    topic = await topic_of(sessions)
    async with sessions.begin() as session:
        await session.execute(update(Subscriber).values(**reader) if reader else select(1))
        await session.execute(update(Subscription).values(**subscription) if subscription else select(1))
    await fill(sessions, topic, [0.1] * 8)
    assert await spike(sessions) == 1
    assert len(await owed(sessions)) == told


async def test_a_reader_who_has_silenced_a_topic_is_not_told(sessions: Sessions) -> None:
    topic = await topic_of(sessions)
    async with sessions.begin() as session:
        subscription = await session.scalar(select(Subscription))
        assert subscription is not None
        subscription.mode = Mode.SILENT
    await fill(sessions, topic, [0.1] * 8)
    assert await spike(sessions) == 1
    assert await owed(sessions) == []


async def test_however_many_topics_much_is_posted_about_they_are_counted(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spikes, "LEAST_POSTS", 1)
    monkeypatch.setattr(spikes, "LEAST_TIMES", math.inf)
    await watch(sessions)
    await arrive(sessions, arrival(1, NEWS))
    many = range(1, 33_000)  # PostgreSQL takes 32,767 parameters
    made = {"name": "паром", "query": "паром", "stamp": 1, "created_at": NOW - timedelta(days=30)}
    async with sessions.begin() as session:
        (post_id,) = await session.scalars(select(Post.id))
        await session.execute(insert(Topic), [{"id": number, **made} for number in many])
        found = {"post_id": post_id, "spans": [], "matched_at": NOW}
        await session.execute(insert(Match), [{"topic_id": number, **found} for number in many])
    assert await spike(sessions, minutes=2) == 0

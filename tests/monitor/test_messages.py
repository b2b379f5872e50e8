"""Which posts a message told its reader of, and which of their stories other channels have told. Texts written for these tests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from monitor import claims, digest, messages, outbox, timeline
from monitor.database import Sessions
from monitor.models import Delivery, DeliveryKind, DeliveryState, Post, Subscriber
from monitor.outcomes import Sent
from monitor.timeline import NoAlertError
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

OTHERS = (1002, 1003)
MESSAGE = 70
FERRY = "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин."
CRANE = "Плавучий кран поднял со дна бухты паром, который затонул весной, и отвёл его в сухой док на разделку до конца месяца."
PIER = (
    "Новый причал для парома построят к осени напротив старого маяка, смету утвердил вчера портовый совет единогласно."
)


async def tell_in_digest(sessions: Sessions, reader: Subscriber) -> list[int]:
    """All that was owed to the reader so far was held, and a digest has told of it; the deliveries."""
    async with sessions.begin() as session:
        theirs = (Delivery.subscriber_id == reader.id, Delivery.kind == DeliveryKind.ALERT)
        await session.execute(update(Delivery).where(*theirs).values(state=DeliveryState.HELD))
        held = list(await session.scalars(select(Delivery.id).where(*theirs).order_by(Delivery.id)))
        await digest.enqueue(session, reader.id, "digest:2025-07-01", NOW, NOW)
    async with sessions.begin() as session:
        (parcel,) = [
            one for one in await claims.claim(session, "a", NOW, 9, joined_from=99) if one.subscriber_id == reader.id
        ]
    async with sessions.begin() as session:
        await outbox.settle(session, parcel, Sent(MESSAGE), NOW, covers=held)
    return held


@pytest.fixture
async def reader(sessions: Sessions) -> Subscriber:
    for channel_id in (CHANNEL, *OTHERS):
        await watch(sessions, channel_id, f"channel_{channel_id}")
    subscriber, _ = await subscribe(sessions, "паром")
    return subscriber


async def have_told(sessions: Sessions, text: str, *channels: int, minute: int) -> None:
    for further, channel_id in enumerate(channels):
        date = NOW + timedelta(minutes=minute + further)
        await arrive(sessions, arrival(minute, text, channel_id=channel_id, date=date))


async def told_in(sessions: Sessions, reader: Subscriber, message_id: int = MESSAGE) -> Sequence[Post]:
    async with sessions() as session:
        return await messages.told_in(session, reader, message_id, NOW)


async def shared(sessions: Sessions, told: Sequence[Post]) -> Sequence[messages.Shared]:
    async with sessions() as session:
        return await messages.shared(session, told)


async def test_a_digest_told_of_what_it_covers_and_only_to_its_reader(sessions: Sessions, reader: Subscriber) -> None:
    stranger, _ = await subscribe(sessions, "кран", chat_id=2)
    await have_told(sessions, FERRY, CHANNEL, minute=1)
    await have_told(sessions, PIER, CHANNEL, minute=2)
    await tell_in_digest(sessions, reader)
    await have_told(sessions, CRANE, CHANNEL, minute=3)
    told = await told_in(sessions, reader)
    assert [post.text for post in told] == [FERRY, PIER]
    async with sessions() as session:
        assert [post.text for post, _ in await timeline.of_post(session, reader, told[0].id)] == [FERRY]
        with pytest.raises(NoAlertError):
            await timeline.of_post(session, stranger, told[0].id)
        for someone, message in ((stranger, MESSAGE), (reader, MESSAGE + 1)):
            with pytest.raises(NoAlertError):
                await messages.told_in(session, someone, message, NOW)


async def test_a_digest_of_which_nothing_is_kept_is_no_alert(sessions: Sessions, reader: Subscriber) -> None:
    await have_told(sessions, FERRY, CHANNEL, minute=1)
    await have_told(sessions, PIER, CHANNEL, minute=2)
    for number, left in zip(await tell_in_digest(sessions, reader), ([PIER], []), strict=True):
        async with sessions.begin() as session:
            await session.delete(await session.get_one(Delivery, number))
        if left:
            assert [post.text for post in await told_in(sessions, reader)] == left
    with pytest.raises(NoAlertError):
        await told_in(sessions, reader)


async def test_what_most_have_told_is_first_and_then_what_was_told_first(
    sessions: Sessions, reader: Subscriber
) -> None:
    await have_told(sessions, "Паром ушёл пустым", CHANNEL, minute=1)
    await have_told(sessions, PIER, CHANNEL, OTHERS[0], minute=2)
    await have_told(sessions, FERRY, *OTHERS, CHANNEL, minute=5)
    await have_told(sessions, CRANE, OTHERS[1], CHANNEL, minute=9)
    await tell_in_digest(sessions, reader)
    stories = await shared(sessions, await told_in(sessions, reader))
    assert [(story.post.text, story.channels, story.first[1].id) for story in stories] == [
        (FERRY, 3, OTHERS[0]),
        (PIER, 2, CHANNEL),
        (CRANE, 2, OTHERS[1]),
    ]


async def test_a_story_that_several_posts_of_the_message_tell_is_one(sessions: Sessions, reader: Subscriber) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Subscriber).values(tells_once=False))
    await have_told(sessions, FERRY, CHANNEL, *OTHERS, minute=1)
    await tell_in_digest(sessions, reader)
    told = await told_in(sessions, reader)
    (story,) = await shared(sessions, told)
    assert (len(told), story.post.channel_id, story.channels) == (3, CHANNEL, 3)


async def test_of_an_album_the_words_are_those_of_the_part_that_has_some(
    sessions: Sessions, reader: Subscriber
) -> None:
    parts = [("", 1), (FERRY, 2)]
    await arrive(sessions, *[arrival(number, text, grouped_id=5, media=("photo",)) for text, number in parts])
    await have_told(sessions, FERRY, *OTHERS, minute=3)
    await tell_in_digest(sessions, reader)
    told = await told_in(sessions, reader)
    assert [post.text for post in told] == [""]
    (story,) = await shared(sessions, told)
    assert (story.post.text, story.post.album_id, story.channels) == (FERRY, told[0].id, 3)


async def test_a_story_of_which_only_one_channel_is_left_is_none(sessions: Sessions, reader: Subscriber) -> None:
    await have_told(sessions, FERRY, CHANNEL, OTHERS[0], minute=1)
    async with sessions.begin() as session:
        await session.delete((await session.scalars(select(Post).where(Post.channel_id == OTHERS[0]))).one())
    await tell_in_digest(sessions, reader)
    assert await shared(sessions, await told_in(sessions, reader)) == []


async def test_long_messages_ask_no_more_than_short_ones_and_look_things_up(sqlite_sessions: Sessions) -> None:
    """By SQLite's own plan of each statement."""
    for channel_id in (CHANNEL, OTHERS[0]):
        await watch(sqlite_sessions, channel_id, f"channel_{channel_id}")
    reader, _ = await subscribe(sqlite_sessions, "паром")
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscriber).values(tells_once=False))
    for number in range(1, 21):
        await have_told(sqlite_sessions, FERRY, CHANNEL, OTHERS[0], minute=number)
    async with sqlite_sessions.begin() as session:  # each of them a story of its own
        founders = select(Post.id).where(Post.channel_id == CHANNEL).order_by(Post.id)
        for number, founder in enumerate((await session.scalars(founders)).all(), 1):
            await session.execute(update(Post).where(Post.message_id == number).values(story_id=founder))
    await tell_in_digest(sqlite_sessions, reader)
    plans: list[str] = []
    statements: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append(statement)
        found = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in found.fetchall())

    async with sqlite_sessions() as session:
        engine = (await session.connection()).engine.sync_engine
        event.listen(engine, "before_cursor_execute", explain)
        stories = await messages.shared(session, await messages.told_in(session, reader, MESSAGE, NOW))
        event.remove(engine, "before_cursor_execute", explain)
    assert len(stories) == 20
    assert len(statements) == 4
    assert any("ix_deliveries_digest" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN")]

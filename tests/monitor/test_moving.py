"""A group that becomes a supergroup takes everything along, and nothing is edited there that was said elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from monitor import claims, editors, fanout, moving, outbox, retelling, subscribers, subscriptions
from monitor.database import Sessions
from monitor.models import (
    Base,
    ChatKind,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Editor,
    Fanout,
    Match,
    Mute,
    Subscriber,
    Subscription,
    Topic,
)
from monitor.outcomes import Sent
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch
from tests.monitor.test_fanout import crowd

OLD, NEW = -5, -1005


async def move(sessions: Sessions) -> bool:
    async with sessions.begin() as session:
        return await moving.migrate(session, OLD, NEW, NOW)


async def owed(sessions: Sessions, chat_id: int) -> list[Delivery]:
    async with sessions() as session:
        theirs = select(Delivery).join(Subscriber).where(Subscriber.chat_id == chat_id).order_by(Delivery.id)
        return list(await session.scalars(theirs))


async def send(sessions: Sessions, message_id: int) -> None:
    """All that is due is sent, as one message a chat."""
    async with sessions.begin() as session:
        for parcel in await claims.claim(session, "relay", NOW, 10, joined_from=2):
            await outbox.settle(session, parcel, Sent(message_id), NOW)


async def set_all(sessions: Sessions, model: type[Base], *where: Any, **values: Any) -> None:
    async with sessions.begin() as session:
        await session.execute(update(model).where(*where).values(values))


@pytest.fixture(autouse=True)
async def watched(sessions: Sessions) -> None:
    await watch(sessions)


async def test_a_group_takes_all_it_has_along(sessions: Sessions) -> None:
    _, topic = await subscribe(sessions, "посольство", chat_id=OLD)
    await subscribe(sessions, "посольство", chat_id=NEW)
    await subscribe(sessions, "дрон", chat_id=NEW)
    assert await move(sessions)
    async with sessions() as session:
        (moved,) = await session.scalars(select(Subscriber))
        topics = [topic for _, topic in await subscriptions.subscriptions(session, moved)]
        assert await session.scalar(select(func.count(Topic.id))) == 2
    assert moved.chat_id == NEW
    assert sorted(each.name for each in topics) == ["дрон", "посольство"]
    assert topic.id in {each.id for each in topics}


async def test_what_both_are_owed_is_owed_once(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    await subscribe(sessions, "дрон", chat_id=NEW)
    await subscribe(sessions, "катер", chat_id=NEW)
    await arrive(sessions, arrival(1, "дрон прилетел"), arrival(2, "катер ушёл"))
    assert await move(sessions)
    assert [row.state for row in await owed(sessions, NEW)] == [DeliveryState.DUE] * 2
    async with sessions() as session:
        assert len(set(await session.scalars(select(Match.topic_id)))) == 2


async def test_what_was_sent_before_is_not_edited_where_it_is_not(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    await arrive(sessions, arrival(1, "дрон прилетел"), arrival(2, "дрон улетел"))
    await send(sessions, 77)
    assert await move(sessions)
    assert [(row.state, row.message_id, row.together) for row in await owed(sessions, NEW)] == [
        (DeliveryState.SENT, None, 1)
    ] * 2


@pytest.mark.parametrize("first", [OLD, NEW])
async def test_where_both_were_told_the_message_that_can_be_edited_counts(sessions: Sessions, first: int) -> None:
    for chat_id in (first, OLD + NEW - first):
        await subscribe(sessions, "дрон", chat_id=chat_id)
    await arrive(sessions, arrival(1, "дрон прилетел"))
    await send(sessions, 77)
    async with sessions.begin() as session:
        (post_id,) = set(await session.scalars(select(Delivery.post_id)))
        await retelling.enqueue(session, [post_id], NOW)
    told = [row.id for row in await owed(sessions, NEW)]
    assert await move(sessions)
    rows = await owed(sessions, NEW)
    assert [(row.kind, row.state, row.message_id) for row in rows] == [
        (DeliveryKind.ALERT, DeliveryState.SENT, 77),
        (DeliveryKind.UPDATE, DeliveryState.DUE, None),
    ]
    assert rows[0].id == told[0]


async def test_what_was_told_in_the_old_chat_is_not_told_again(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=NEW)
    await subscribe(sessions, "дрон", chat_id=OLD)
    await arrive(sessions, arrival(1, "дрон прилетел"))
    await set_all(sessions, Delivery, Delivery.subscriber_id == 2, state=DeliveryState.SENT, message_id=5)
    assert await move(sessions)
    assert [row.state for row in await owed(sessions, NEW)] == [DeliveryState.SENT]


async def test_nobody_moves_while_a_message_is_under_way(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    await subscribe(sessions, "катер", chat_id=NEW)
    await arrive(sessions, arrival(1, "катер ушёл"))
    async with sessions.begin() as session:
        (parcel,) = await claims.claim(session, "relay", NOW, 10, joined_from=2, begins=True)
    assert not await move(sessions)
    async with sessions.begin() as session:
        await outbox.settle(session, parcel, Sent(3), NOW)
    assert await move(sessions)
    assert [row.message_id for row in await owed(sessions, NEW)] == [3]


async def test_what_is_claimed_and_not_begun_is_given_back(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    await subscribe(sessions, "катер", chat_id=NEW)
    await arrive(sessions, arrival(1, "катер ушёл"))
    async with sessions.begin() as session:
        (parcel,) = await claims.claim(session, "relay", NOW, 10, joined_from=2)
    assert await move(sessions)
    async with sessions.begin() as session:
        assert not await claims.begin(session, parcel, NOW)
    assert [(row.state, row.due_at) for row in await owed(sessions, NEW)] == [(DeliveryState.DUE, NOW)]


@pytest.mark.parametrize("first", [OLD, NEW])
async def test_what_one_of_the_two_has_set_holds(sessions: Sessions, first: int) -> None:
    for chat_id in (first, OLD + NEW - first):
        await subscribe(sessions, "дрон", chat_id=chat_id)
    for chat_id, settings in ((OLD, {"timezone": "Europe/Kyiv"}), (NEW, {"quiet_from": 60, "quiet_to": 120})):
        await set_all(sessions, Subscriber, Subscriber.chat_id == chat_id, **settings)
    await set_all(sessions, Subscription, Subscription.subscriber_id == 1, ended_at=NOW)
    await set_all(sessions, Subscription, Subscription.subscriber_id == 2, hourly_limit=3)
    async with sessions.begin() as session:
        for subscriber_id in (1, 2):
            session.add(Mute(subscriber_id=subscriber_id, channel_id=CHANNEL, created_at=NOW))
    assert await move(sessions)
    async with sessions() as session:
        (moved,) = await session.scalars(select(Subscriber))
        (following,) = await session.scalars(select(Subscription))
        assert await session.scalar(select(func.count()).select_from(Mute)) == 1
    assert (moved.chat_id, moved.timezone, moved.quiet_from, moved.quiet_to) == (NEW, "Europe/Kyiv", 60, 120)
    assert (following.ended_at, following.hourly_limit) == (None, 3)


async def test_who_follows_a_topic_that_both_have_goes_on_following_it(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    _, topic = await subscribe(sessions, "дрон", chat_id=NEW)
    async with sessions.begin() as session:
        reader = await subscribers.get_or_create(session, 7, 0, ChatKind.PRIVATE, "ru", NOW)
        await subscriptions.follow(session, reader, topic, NOW)
    assert await move(sessions)
    await arrive(sessions, arrival(1, "дрон прилетел"))
    assert len(await owed(sessions, 7)) == 1


async def test_a_closed_chat_is_open_where_the_other_was(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    await arrive(sessions, arrival(1, "дрон прилетел"))
    async with sessions.begin() as session:
        await subscribers.close_chat(session, OLD)
    await subscribe(sessions, "катер", chat_id=NEW)
    assert await move(sessions)
    assert [row.state for row in await owed(sessions, NEW)] == [DeliveryState.DUE]
    async with sessions() as session:
        assert await session.scalar(select(Subscriber.active))


async def test_a_move_between_two_pages_of_what_very_many_wait_for_loses_nothing(sessions: Sessions) -> None:
    await subscribe(sessions, "паром", chat_id=NEW)
    _, topic = await subscribe(sessions, "посольство", chat_id=-1)
    await crowd(sessions, topic.id, fanout.MANY)
    _, theirs = await subscribe(sessions, "тихо", chat_id=OLD)
    await arrive(sessions, arrival(1, "У посольства тихо"))
    await set_all(sessions, Fanout, Fanout.topic_id == theirs.id, after=100)
    assert await move(sessions)
    async with sessions.begin() as session:
        while await fanout.turn_page(session, NOW):
            pass
    assert [row.state for row in await owed(sessions, NEW)] == [DeliveryState.DUE]


async def test_the_editors_of_a_group_come_along(sessions: Sessions) -> None:
    await subscribe(sessions, "дрон", chat_id=OLD)
    async with sessions.begin() as session:
        for chat_id, user_id in ((OLD, 8), (OLD, 9), (NEW, 9)):
            await editors.name(session, chat_id, user_id, "Leyla", 7, NOW)
    assert await move(sessions)
    async with sessions() as session:
        rows = await session.execute(select(Editor.chat_id, Editor.user_id).order_by(Editor.user_id))
        assert [tuple(row) for row in rows] == [(NEW, 8), (NEW, 9)]


async def test_a_digest_that_is_due_survives_one_that_was_sent(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for chat_id, state in ((OLD, DeliveryState.SENT), (NEW, DeliveryState.DUE)):
            subscriber = await subscribers.get_or_create(session, chat_id, 0, ChatKind.GROUP, "ru", NOW)
            digest = {"kind": DeliveryKind.DIGEST, "key": "digest:2025-07-01", "state": state}
            session.add(
                Delivery(subscriber_id=subscriber.id, due_at=NOW + timedelta(hours=1), created_at=NOW, **digest)
            )
    assert await move(sessions)
    assert [row.state for row in await owed(sessions, NEW)] == [DeliveryState.DUE]


@pytest.mark.parametrize("order", [(0, 5), (5, 0)])
async def test_who_was_told_in_a_thread_is_told_beside_it(sessions: Sessions, order: tuple[int, int]) -> None:
    async with sessions.begin() as session:
        for thread in order:
            subscriber = await subscribers.get_or_create(session, NEW, thread, ChatKind.GROUP, "ru", NOW)
            await subscriptions.subscribe(session, subscriber, "дрон" if thread else "катер", NOW)
    await arrive(sessions, arrival(1, "дрон прилетел"), arrival(2, "катер ушёл"))
    number = order.index(5) + 1
    async with sessions.begin() as session:
        (parcel, _) = await claims.claim(session, "relay", NOW, 10, joined_from=2, begins=True)
        assert not await moving.leave_thread(session, number, 5, NOW)
        await outbox.settle(session, parcel, Sent(77), NOW)
    async with sessions.begin() as session:
        assert await moving.leave_thread(session, number, 5, NOW)
        assert await moving.leave_thread(session, number, 5, NOW)
    rows = await owed(sessions, NEW)
    assert sorted(row.state for row in rows) == ["due", "due", "sent"]
    assert [row.notice for row in rows if row.kind == DeliveryKind.NOTICE] == [{"key": "thread_gone", "params": {}}]
    async with sessions() as session:
        (kept,) = await session.scalars(select(Subscriber))
        assert len(await subscriptions.subscriptions(session, kept)) == 2
    assert (kept.chat_id, kept.thread_id) == (NEW, 0)

"""Edits of alerts that very many got."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from monitor import fanout, retelling, subscribers
from monitor.database import Sessions
from monitor.models import Delivery, DeliveryKind, DeliveryState, Retelling, Subscriber
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch
from tests.monitor.test_fanout import crowd

MANY = fanout.MANY + 2


@pytest.fixture(autouse=True)
async def told(sessions: Sessions) -> None:
    """A post that very many were alerted of."""
    await watch(sessions)
    _, topic = await subscribe(sessions, "посольство")
    await crowd(sessions, topic.id, MANY - 1)
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        while await fanout.turn_page(session, NOW):
            pass
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, message_id=1, settled_at=NOW))


async def owed(sessions: Sessions) -> list[str]:
    """The states of the edits."""
    async with sessions() as session:
        edits = select(Delivery.state).where(Delivery.kind == DeliveryKind.UPDATE)
        return list(await session.scalars(edits))


async def turn(sessions: Sessions, seconds: float) -> int:
    """How many pages are turned so many seconds later."""
    pages = 0
    async with sessions.begin() as session:
        while await retelling.turn_page(session, NOW + timedelta(seconds=seconds)):
            pages += 1
    return pages


async def edit(sessions: Sessions, text: str, seconds: float = 0) -> None:
    moment = NOW + timedelta(seconds=seconds)
    await arrive(sessions, arrival(1, text, edit_date=moment), now=moment)


async def test_an_edit_of_what_very_many_got_is_owed_in_pages_some_seconds_later(sessions: Sessions) -> None:
    await edit(sessions, "У посольства шумно")
    assert await owed(sessions) == []
    assert await turn(sessions, 1) == 0
    assert await turn(sessions, 2) > 1
    assert await owed(sessions) == [DeliveryState.DUE] * MANY


@pytest.mark.parametrize("only_once", [False, True])
async def test_an_edit_in_a_chat_that_is_closed_waits_until_it_opens(sessions: Sessions, only_once: bool) -> None:
    closed = Subscriber.id == 1
    async with sessions.begin() as session:
        await session.execute(update(Subscriber).where(closed).values(active=False))
        await session.execute(update(Delivery).where(Delivery.subscriber_id > 3).values(state=DeliveryState.DEAD))
        alerted = list(await session.scalars(select(Delivery.post_id).distinct()))
        await retelling.enqueue(session, alerted, NOW, only_once=only_once)
    await turn(sessions, 0)
    assert sorted(await owed(sessions)) == [DeliveryState.DUE, DeliveryState.DUE, DeliveryState.REFUSED]
    async with sessions.begin() as session:
        await subscribers.activate(session, await session.get_one(Subscriber, 1), NOW)
    assert await owed(sessions) == [DeliveryState.DUE] * 3


async def test_several_edits_before_the_first_page_are_one(sessions: Sessions) -> None:
    await edit(sessions, "У посольства шумно")
    await edit(sessions, "У посольства тихо снова", seconds=1)
    async with sessions() as session:
        assert len((await session.scalars(select(Retelling))).all()) == 1


async def test_an_edit_after_the_first_page_begins_anew(sessions: Sessions) -> None:
    await edit(sessions, "У посольства шумно")
    async with sessions.begin() as session:
        assert await retelling.turn_page(session, NOW + timedelta(seconds=2))
    await edit(sessions, "У посольства тихо снова", seconds=3)
    assert await turn(sessions, 5) > 2
    assert await owed(sessions) == [DeliveryState.DUE] * MANY


async def test_an_edit_that_is_owed_anew_is_no_older_than_that(sessions: Sessions) -> None:
    for day in (1, 9):
        await edit(sessions, f"У посольства шумно {day}", seconds=86400 * day)
        await turn(sessions, 86400 * day + 2)
    async with sessions() as session:
        edits = select(Delivery.created_at).where(Delivery.kind == DeliveryKind.UPDATE)
        assert min(await session.scalars(edits)) > NOW + timedelta(days=8)

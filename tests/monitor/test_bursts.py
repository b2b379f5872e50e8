"""What of that which is due for a chat goes together, on both databases."""

from datetime import timedelta

from sqlalchemy import select, update

from monitor import claims, outbox
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.ingest import mark_deleted
from monitor.models import Delivery, DeliveryKind, Post, Subscription
from monitor.outcomes import Sent
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch


async def claim(sessions: Sessions, seconds: int = 0, joined_from: int = 2) -> list[int]:
    """Claim the next message, and settle it as sent; the numbers of its posts."""
    now = NOW + timedelta(seconds=seconds)
    async with sessions.begin() as session:
        parcels: list[Parcel] = await claims.claim(session, "a", now, 10, joined_from=joined_from)
        numbers = []
        for parcel in parcels:
            ids = [row.post_id for row in parcel.deliveries]
            numbers += list(await session.scalars(select(Post.message_id).where(Post.id.in_(ids)).order_by(Post.id)))
            await outbox.settle(session, parcel, Sent(70 + numbers[0]), now)
    return numbers


async def test_posts_go_together_within_a_thread_and_updates_by_the_message_that_they_edit(sessions: Sessions) -> None:
    await watch(sessions)
    for topic, thread in (("паром", 11), ("катер", 22)):
        await subscribe(sessions, topic, chat_id=7)
        async with sessions.begin() as session:
            fresh = (Subscription.thread_id == 0,)
            await session.execute(update(Subscription).where(*fresh).values(thread_id=thread))
    await arrive(sessions, *[arrival(number, ("паром", "катер")[number % 2]) for number in range(1, 7)])
    assert [await claim(sessions) for _ in range(3)] == [[1, 3, 5], [2, 4, 6], []]
    async with sessions.begin() as session:
        await mark_deleted(session, CHANNEL, [2, 1, 6, 5], NOW)
    edits = [await claim(sessions, 10) for _ in range(3)]
    assert sorted(edits) == [[], [1, 5], [2, 6]]
    async with sessions() as session:
        kinds = await session.scalars(select(Delivery.kind).where(Delivery.together > 1, Delivery.message_id == 71))
        assert sorted(kinds) == [DeliveryKind.ALERT] * 3 + [DeliveryKind.UPDATE] * 2

"""What is forgotten, and when: only what nobody can ask for any more. How long posts are kept, `monitor.expiry` sees to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import subscriptions
from monitor.models import Awaited, Delivery, History, Picture, PostCount, Search, Translation, Watch

SEARCHES = timedelta(days=30)
"""How long the buttons under an answer work."""
LINKED = timedelta(days=365)
"""How long a link to the answers of a search works."""
SETTLED = timedelta(days=30)
"""How long a settled request to watch or for old posts, or a notice that was sent, is kept for whoever looks into the database."""

COUNTS = timedelta(days=30)
"""How long it is known what stood under a post at which time; what stands there now is kept."""

UNDO = timedelta(days=1)
"""How long ending a subscription, or deleting a topic, can be undone."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows are gone."""

    searches: int
    watches: int
    histories: int
    notices: int
    counts: int
    topics: int
    awaited: int
    translations: int
    pictures: int


async def forget(session: AsyncSession, now: datetime) -> Forgotten:
    """Delete old searches, settled requests to watch, settled notices, translations, pictures, what was ended for good, old counts
    under posts, and questions nobody answered.

    Alerts stay as long as their posts: they say that a subscriber was told.
    """
    linked = and_(Search.token.is_not(None), Search.asked_at < now - LINKED)
    search = or_(linked, and_(Search.token.is_(None), Search.asked_at < now - SEARCHES))
    notice = (Delivery.post_id.is_(None), Delivery.settled_at < now - SETTLED)
    return Forgotten(
        searches=await _deleted(session, delete(Search).where(search)),
        watches=await _deleted(session, delete(Watch).where(Watch.settled_at < now - SETTLED)),
        histories=await _deleted(session, delete(History).where(History.settled_at < now - SETTLED)),
        notices=await _deleted(session, delete(Delivery).where(*notice)),
        topics=await subscriptions.sweep(session, now - UNDO),
        awaited=await _deleted(session, delete(Awaited).where(Awaited.asked_at < now - UNDO)),
        translations=await _deleted(session, delete(Translation).where(Translation.requested_at < now - SETTLED)),
        pictures=await _deleted(session, delete(Picture).where(Picture.requested_at < now - SETTLED)),
        counts=await _deleted(session, delete(PostCount).where(PostCount.seen_at < now - COUNTS)),
    )


async def _deleted(session: AsyncSession, statement: Any) -> int:
    result = await session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount

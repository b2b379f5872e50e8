"""What is forgotten, and when: only what nobody can ask for any more. How long posts are kept, `monitor.expiry` sees to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_

from monitor import post_ids, subscriptions
from monitor.database import Sessions
from monitor.deleting import delete_old
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


async def forget(sessions: Sessions, now: datetime) -> Forgotten:
    """Delete old searches, settled requests to watch, settled notices, translations, pictures, what was ended for good, old counts
    under posts, and questions nobody answered.

    Alerts stay as long as their posts: they say that a subscriber was told.
    """
    linked = and_(Search.token.is_not(None), Search.asked_at < now - LINKED)
    search = or_(linked, and_(Search.token.is_(None), Search.asked_at < now - SEARCHES))
    settled, counted = now - SETTLED, now - COUNTS
    made_before = PostCount.post_id < post_ids.first_id(counted)  # no post is counted before it is made
    return Forgotten(
        searches=await delete_old(sessions, Search, search),
        watches=await delete_old(sessions, Watch, Watch.settled_at < settled),
        histories=await delete_old(sessions, History, History.settled_at < settled),
        notices=await delete_old(sessions, Delivery, Delivery.settled_at < settled, Delivery.post_id.is_(None)),
        topics=await subscriptions.sweep(sessions, now - UNDO),
        awaited=await delete_old(sessions, Awaited, Awaited.asked_at < now - UNDO),
        translations=await delete_old(sessions, Translation, Translation.requested_at < settled),
        pictures=await delete_old(sessions, Picture, Picture.requested_at < settled),
        counts=await delete_old(sessions, PostCount, PostCount.seen_at < counted, made_before),
    )

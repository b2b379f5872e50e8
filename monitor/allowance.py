"""How many posts a reader is told of one by one: of a topic so many an hour, of all together so many a day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, null, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct
from monitor.albums import are_one
from monitor.claims import UNSETTLED
from monitor.filters import hears, is_live, lets_through, rings
from monitor.limits import limits_of
from monitor.models import BigId, Delivery, DeliveryKind, DeliveryState, Post, Priority, Subscriber, Subscription
from monitor.models.deliveries import TOLD
from monitor.outcomes import Held, Said
from monitor.quiet import HOUR, moment
from monitor.tables import DELIVERIES, MATCHES, POSTS, SUBSCRIPTIONS

_READER = bindparam("subscriber", type_=BigId)
_TIME = DELIVERIES.c.settled_at.type
_PART = POSTS.alias("part")
"""The Post itself, or another part of its album."""
_SAME = are_one(_PART.c, Post)
_TOPIC = MATCHES.c.topic_id + 0
"""So that SQLite finds matches by their posts, of which there are few: a topic may have very many."""
_LIMITED = (
    select(SUBSCRIPTIONS.c.topic_id)
    .where(SUBSCRIPTIONS.c.subscriber_id == _READER, SUBSCRIPTIONS.c.hourly_limit.is_not(None))
    .limit(1)
)
_WANTED = (
    select(Post.id, Subscription.topic_id, case((Subscription.priority, null()), else_=Subscription.hourly_limit))
    .select_from(Post)
    .join(_PART, _SAME)
    .join(MATCHES, (MATCHES.c.post_id == _PART.c.id) & MATCHES.c.ended_at.is_(None))
    .join(Subscription, Subscription.topic_id == _TOPIC)
    .where(Post.id.in_(bindparam("posts", expanding=True)), Subscription.subscriber_id == _READER)
    .where(is_live(), lets_through(), hears(bindparam("now", type_=_TIME)), rings())
)
_STORIES = (
    select(Post.id, _PART.c.story_id)
    .select_from(Post)
    .join(_PART, _SAME)
    .where(Post.id.in_(bindparam("posts", expanding=True)), _PART.c.story_id.is_not(None))
)
_HELD_STORIES = (
    select(_PART.c.story_id)
    .select_from(DELIVERIES)
    .join(Post, Post.id == DELIVERIES.c.post_id)
    .join(_PART, _SAME)
    .where(DELIVERIES.c.subscriber_id == _READER, DELIVERIES.c.kind == DeliveryKind.ALERT)
    .where(UNSETTLED, DELIVERIES.c.state == DeliveryState.HELD, DELIVERIES.c.priority != Priority.DIGEST)
    .where(DELIVERIES.c.due_at <= bindparam("now", type_=_TIME))
)
_MINE = (text(TOLD), DELIVERIES.c.subscriber_id == _READER)  # spelt out, as in the index for it
_TOLD = select(DELIVERIES.c.post_id).where(*_MINE, DELIVERIES.c.settled_at > bindparam("since", type_=_TIME)).subquery()
_LAST_HOUR = (
    select(MATCHES.c.topic_id, func.count(Post.id.distinct()))
    .select_from(_TOLD)
    .join(Post, Post.id == _TOLD.c.post_id)
    .join(_PART, _SAME)
    .join(MATCHES, MATCHES.c.post_id == _PART.c.id)
    .where(_TOPIC.in_(bindparam("topics", expanding=True)))
    .group_by(MATCHES.c.topic_id)
)
_TODAY = (
    select(func.count())
    .select_from(DELIVERIES)
    .where(*_MINE, DELIVERIES.c.settled_at >= bindparam("midnight", type_=_TIME))
)


async def overflow(
    session: AsyncSession, subscriber: Subscriber, alerts: Sequence[Delivery], now: datetime
) -> list[tuple[Held, list[Delivery]]]:
    """Those of the alerts that are beyond what the reader may be told of now, and what becomes of them.

    What is urgent never is. Earlier alerts come first.
    """
    hour = await _beyond_the_hour(session, subscriber, alerts, now)
    left = [alert for alert in alerts if alert not in hour]
    day, because = await _beyond_the_day(session, subscriber, left, now)
    until = now.replace(minute=0, second=0, microsecond=0) + HOUR
    held = [(Held(until, everything=False), hour), (Held(until, everything=False, because=because), day)]
    return [(outcome, rows) for outcome, rows in held if rows]


async def _beyond_the_hour(
    session: AsyncSession, subscriber: Subscriber, alerts: Sequence[Delivery], now: datetime
) -> list[Delivery]:
    """Every topic that wants such a post has told of as many as its limit within the last hour; or its story waits already."""
    theirs = {"subscriber": subscriber.id}
    if await direct.scalar(session, _LIMITED, theirs) is None:
        return []
    wanted = defaultdict[int | None, dict[int, int | None]](dict)
    posts = [alert.post_id for alert in alerts]
    for post_id, topic_id, limit in await session.execute(_WANTED, {**theirs, "posts": posts, "now": now}):
        wanted[post_id][topic_id] = limit
    topics = {topic_id for limits in wanted.values() for topic_id in limits}
    since = {**theirs, "topics": list(topics), "since": now - HOUR}
    told = Counter[int]({row[0]: row[1] for row in await session.execute(_LAST_HOUR, since)})
    waiting = await _repeats(session, subscriber, posts, now)
    beyond = []
    for alert in alerts:
        limits = wanted[alert.post_id]
        full = [limit is not None and told[topic_id] >= limit for topic_id, limit in limits.items()]
        if alert.priority != Priority.URGENT and (alert.post_id in waiting or (full and all(full))):
            beyond.append(alert)
        else:
            told.update(limits.keys())
    return beyond


async def _repeats(
    session: AsyncSession, subscriber: Subscriber, posts: Sequence[int | None], now: datetime
) -> set[int]:
    """Those of the posts whose story the reader, who is told it once, will hear of with what is held, and not for a muting."""
    if not subscriber.tells_once:
        return set()
    held = set(await session.scalars(_HELD_STORIES, {"subscriber": subscriber.id, "now": now}))
    if not held:
        return set()
    found = await session.execute(_STORIES, {"posts": posts})
    return {post_id for post_id, story_id in found if story_id in held}


async def _beyond_the_day(
    session: AsyncSession, subscriber: Subscriber, alerts: Sequence[Delivery], now: datetime
) -> tuple[list[Delivery], Said]:
    """The reader was told of as many as the limit since his midnight; and what is said about it."""
    limit, local = limits_of(session).alerts_a_day, now.astimezone(ZoneInfo(subscriber.timezone))
    midnight = moment(local, 0, ZoneInfo(subscriber.timezone))
    told = await direct.scalar(session, _TODAY, {"subscriber": subscriber.id, "midnight": midnight}) or 0
    beyond = []
    for alert in alerts:
        if alert.priority != Priority.URGENT and told >= limit:
            beyond.append(alert)
        else:
            told += 1
    return beyond, Said(f"alerts:{local:%Y-%m-%d}", "alerts-a-day", {"count": limit})

"""Topics about which far more is posted than usual: told once, until it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox, post_ids
from monitor.filters import hears, is_live
from monitor.models import Match, Mode, Spike, Subscriber, Subscription, Topic
from monitor.quiet import quiet_until
from monitor.upsert import insert_for

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LEAST_POSTS = 5  # in the last hour
LEAST_TIMES = 8
OVER_TIMES = 3  # the spike is over when there is less than so many times the usual
LEAST_USUAL = 0.5  # posts an hour: of what is hardly ever posted about, five posts are news
KNOWN_FOR = timedelta(days=1)  # a younger topic has no usual


@dataclass(frozen=True, slots=True)
class _Rate:
    posts: int
    usual: float

    @property
    def times(self) -> float:
        return self.posts / max(self.usual, LEAST_USUAL)


async def watch(session: AsyncSession, now: datetime) -> int:
    """Find spikes, tell the subscribers of each once, and see which are over; how many have begun."""
    lately = await _lately(session, now)
    open_ = list(await session.scalars(select(Spike).where(Spike.ended_at.is_(None))))
    for spike in open_:
        if (await _rate(session, spike.topic_id, lately.get(spike.topic_id, 0), now)).times < OVER_TIMES:
            spike.ended_at = now
    begun = 0
    known = {spike.topic_id for spike in open_}
    for topic_id, posts in lately.items():
        if topic_id not in known and posts >= LEAST_POSTS and await _begins(session, topic_id, posts, now):
            begun += 1
    await session.flush()
    return begun


async def _begins(session: AsyncSession, topic_id: int, posts: int, now: datetime) -> bool:
    topic = await session.get_one(Topic, topic_id)
    if topic.deleted_at is not None or topic.created_at > now - KNOWN_FOR:
        return False
    rate = await _rate(session, topic_id, posts, now)
    if rate.times < LEAST_TIMES:
        return False
    spike = insert_for(session, Spike).values(topic_id=topic_id, began_at=now, ended_at=None)
    again = {"began_at": now, "ended_at": None}
    await session.execute(spike.on_conflict_do_update(index_elements=["topic_id"], set_=again))
    said = {"topic": topic.name, "times": int(rate.times), "count": posts}
    for whom in (_hears_always(topic_id, now), Subscriber.id.in_(await _hears_now(session, topic_id, now))):
        await outbox.enqueue_to(session, whom, "spike", now, **said)
    return True


def _hears_always(topic_id: int, now: datetime) -> ColumnElement[bool]:
    """Who wants to hear of the topic, and has no quiet hours, or wants to hear of it in them."""
    return exists().where(_wants(topic_id, now), or_(Subscription.priority, ~_may_be_quiet(now)))


async def _hears_now(session: AsyncSession, topic_id: int, now: datetime) -> list[int]:
    """Ids of those whose quiet hours it is not; the others are not told, since afterwards it is no news."""
    wants = exists().where(_wants(topic_id, now), ~Subscription.priority)
    people = await session.scalars(select(Subscriber).where(_may_be_quiet(now), wants))
    return [person.id for person in people if quiet_until(person, now) is None]


def _wants(topic_id: int, now: datetime) -> ColumnElement[bool]:
    """The Subscription is the Subscriber's to this topic, neither silenced nor paused nor muted."""
    theirs = (Subscription.subscriber_id == Subscriber.id, Subscription.topic_id == topic_id)
    return and_(*theirs, is_live(), Subscription.mode != Mode.SILENT, hears(now))


def _may_be_quiet(now: datetime) -> ColumnElement[bool]:
    return or_(Subscriber.quiet_from.is_not(None), func.coalesce(Subscriber.snoozed_until, now) > now)


async def _lately(session: AsyncSession, now: datetime) -> dict[int, int]:
    """{topic id: posts of the last hour that satisfy it}."""
    recent = (Match.post_id >= post_ids.first_id(now - HOUR), Match.post_id < post_ids.first_id(now) + post_ids.SLOTS)
    rows = await session.execute(select(Match.topic_id, func.count()).where(*recent).group_by(Match.topic_id))
    return dict(rows.all())


async def _rate(session: AsyncSession, topic_id: int, posts: int, now: datetime) -> _Rate:
    """The posts of the last hour beside the usual in an hour of the week before, or of as much of it as the topic is old."""
    created = await session.scalar(select(Topic.created_at).where(Topic.id == topic_id))
    begin = max(now - WEEK, created or now - WEEK)
    hours = max((now - HOUR - begin) / HOUR, 1.0)
    week = (Match.post_id >= post_ids.first_id(begin), Match.post_id < post_ids.first_id(now - HOUR))
    before = await session.scalar(select(func.count()).where(Match.topic_id == topic_id, *week))
    return _Rate(posts, (before or 0) / hours)

"""Topics about which far more is posted than usual: told once, until it is over."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox, post_ids
from monitor.database import Sessions
from monitor.filters import hears, is_live
from monitor.models import Match, Mode, Spike, Subscriber, Subscription, Topic
from monitor.quiet import quiet_until
from monitor.upsert import insert_for

SECOND, HOUR, WEEK = timedelta(seconds=1), timedelta(hours=1), timedelta(days=7)
PAGE = 10_000  # topics
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


async def watch(sessions: Sessions, now: datetime) -> int:
    """Find spikes, tell the subscribers of each once, and see which are over; how many have begun.

    What that takes is counted beside those who write.
    """
    async with sessions() as session:
        going_on = (await session.scalars(select(Spike.topic_id).where(Spike.ended_at.is_(None)))).all()
        rates = await _rates(session, going_on, now)
    over = [topic_id for topic_id in going_on if topic_id in rates and rates[topic_id].times < OVER_TIMES]
    new = [topic_id for topic_id, rate in rates.items() if topic_id not in going_on and rate.times >= LEAST_TIMES]
    if not over and not new:
        return 0
    async with sessions.begin() as session:
        await session.execute(update(Spike).where(Spike.topic_id.in_(over)).values(ended_at=now))
        return sum([await _begins(session, topic_id, rates[topic_id], now) for topic_id in new])


async def _begins(session: AsyncSession, topic_id: int, rate: _Rate, now: datetime) -> bool:
    topic = await session.get(Topic, topic_id)
    if topic is None or topic.deleted_at is not None or topic.created_at > now - KNOWN_FOR:
        return False
    spike = insert_for(session, Spike).values(topic_id=topic_id, began_at=now, ended_at=None)
    again = {"began_at": now, "ended_at": None}
    await session.execute(spike.on_conflict_do_update(index_elements=["topic_id"], set_=again))
    said = {"topic": topic.name, "times": int(rate.times), "count": rate.posts}
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


async def _rates(session: AsyncSession, going_on: Sequence[int], now: datetime) -> dict[int, _Rate]:
    """{topic id: its rate} of what much was posted about in the last hour, and of the spikes that are going on."""
    lately = await _counted(session, now - HOUR, now + SECOND)
    topic_ids = {*going_on, *(topic_id for topic_id, posts in lately.items() if posts >= LEAST_POSTS)}
    since: dict[int, datetime] = {}
    for page in _pages(topic_ids):
        made = await session.execute(select(Topic.id, Topic.created_at).where(Topic.id.in_(page)))
        since |= {topic_id: max(now - WEEK, created) for topic_id, created in made}
    before = await _before(session, since, now)
    hours = {topic_id: max((now - HOUR - begin) / HOUR, 1.0) for topic_id, begin in since.items()}
    return {each: _Rate(lately.get(each, 0), before.get(each, 0) / hours[each]) for each in since}


async def _before(session: AsyncSession, since: Mapping[int, datetime], now: datetime) -> dict[int, int]:
    """{topic id: posts that satisfied it} from each topic's own moment of the last week on, but for the last hour.

    The week's matches are passed once for all that are older: by its topic an index leads to all that ever satisfied it.
    """
    old = {topic_id for topic_id, begin in since.items() if begin == now - WEEK}
    found: dict[int, int] = {}
    for page in _pages(old):
        found |= await _counted(session, now - WEEK, now - HOUR, (Match.topic_id + 0).in_(page))
    for topic_id in since.keys() - old:
        found |= await _counted(session, since[topic_id], now - HOUR, Match.topic_id == topic_id)
    return found


def _pages(topic_ids: Collection[int]) -> Iterator[list[int]]:
    """As many as one statement is given: no database takes any number of parameters."""
    numbers = sorted(topic_ids)
    yield from (numbers[start : start + PAGE] for start in range(0, len(numbers), PAGE))


async def _counted(
    session: AsyncSession, begin: datetime, end: datetime, *which: ColumnElement[bool]
) -> dict[int, int]:
    """{topic id: posts that satisfy it} of the posts made from `begin` on, up to `end`."""
    made = (Match.post_id >= post_ids.first_id(begin), Match.post_id < post_ids.first_id(end))
    rows = await session.execute(select(Match.topic_id, func.count()).where(*made, *which).group_by(Match.topic_id))
    return dict(rows.all())

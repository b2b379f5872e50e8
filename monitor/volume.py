"""How much was posted about something: posts an hour or a day, by channel."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids, questions
from monitor.candidates import Candidates
from monitor.models import Channel, Post
from monitor.query.syntax import parse
from monitor.search import search
from monitor.tongues import require_known

PERIODS = {"24h": 24, "7d": 7, "30d": 30}
"""What can be asked for, and how many hours or days that is."""
_DAYS = {"24h": 1, "7d": 7, "30d": 30}
MOST = 20_000  # posts that are counted where the index alone knows them; the older ones are left out
MOST_READ = 2_000  # posts that are counted where each has to be read
NAMED = 5  # channels; what the others posted is added up
_LOOKUP = 5_000  # ids a statement

Dated = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Volume:
    """`buckets` are the hours or days, oldest first; `series` are (a channel's title, its posts in each), the largest first.

    The title is None for all other channels together. `cut` says that there were more posts than are counted.
    """

    buckets: list[datetime] | list[date]
    series: list[tuple[str | None, list[int]]]
    cut: bool

    @property
    def total(self) -> int:
        """How many posts were counted."""
        return sum(sum(counts) for _, counts in self.series)

    @property
    def shortest(self) -> str:
        """The shortest period of days that has all of it, a key of PERIODS; of days, the last one lies within the last 24 hours."""
        first = min((place for _, counts in self.series for place, count in enumerate(counts) if count), default=0)
        days = len(self.buckets) - first
        return next(period for period, most in _DAYS.items() if days <= most)


async def volume(session: AsyncSession, query: str, period: str, now: datetime, zone: tzinfo) -> Volume:
    """The posts of a period, a key of PERIODS, that satisfy the query; hours and days are those of `zone`. Raises QuerySyntaxError."""
    buckets = _hours(now, zone) if period == "24h" else _days(now, zone, PERIODS[period])
    places = {bucket: place for place, bucket in enumerate(buckets)}
    dated, cut = await _posts(session, questions.wording(query, {"period": period}), now)
    counted: Counter[tuple[int, int]] = Counter()
    for post_id, channel_id in dated:
        moment = post_ids.moment_of(post_id).astimezone(zone)
        place = places.get(_hour(moment) if period == "24h" else moment.date())
        if place is not None:
            counted[channel_id, place] += 1
    return Volume(buckets, await _series(session, counted, len(buckets)), cut)


async def _posts(session: AsyncSession, query: str, now: datetime) -> tuple[Dated, bool]:
    """(post id, channel id) of the newest posts that satisfy the query, and whether there are more."""
    parsed = parse(query)
    require_known(parsed)
    candidates = await Candidates.of(session, parsed, now)
    if not candidates.plan.is_exact:
        page = await search(session, query, limit=MOST_READ, now=now)
        return [(found.post.id, found.channel.id) for found in page.posts], page.next is not None
    ids = await candidates.newest(session, None, MOST + 1)
    dated: Dated = []
    for some in _batched(ids[:MOST]):
        rows = await session.execute(select(Post.id, Post.channel_id).where(Post.id.in_(some)))
        dated += [(post_id, channel_id) for post_id, channel_id in rows]
    return dated, len(ids) > MOST


async def _series(
    session: AsyncSession, counted: Counter[tuple[int, int]], size: int
) -> list[tuple[str | None, list[int]]]:
    by_channel: Counter[int] = Counter()
    for (channel_id, _), count in counted.items():
        by_channel[channel_id] += count
    largest = [channel_id for channel_id, _ in by_channel.most_common()]
    named = largest[:NAMED] if len(largest) > NAMED + 1 else largest
    titles = dict((await session.execute(select(Channel.id, Channel.title).where(Channel.id.in_(named)))).all())
    series: list[tuple[str | None, list[int]]] = [(titles[each], _counts(counted, [each], size)) for each in named]
    others = largest[len(named) :]
    return [*series, (None, _counts(counted, others, size))] if others else series


def _counts(counted: Counter[tuple[int, int]], channel_ids: Sequence[int], size: int) -> list[int]:
    return [sum(counted[channel_id, place] for channel_id in channel_ids) for place in range(size)]


def _hours(now: datetime, zone: tzinfo) -> list[datetime]:
    last = _hour(now.astimezone(zone))
    return [(last - timedelta(hours=back)).astimezone(zone) for back in range(PERIODS["24h"] - 1, -1, -1)]


def _days(now: datetime, zone: tzinfo, count: int) -> list[date]:
    last = now.astimezone(zone).date()
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _batched(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + _LOOKUP] for start in range(0, len(ids), _LOOKUP))

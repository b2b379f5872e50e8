"""Words that rise: in how many posts each stood lately, beside how many it usually stands in.

Posts are counted after the fact, a few at a time, so that storing one costs nothing more. A word is kept by its shortest normal form,
by six hours and by day; of a day that is over only words that several posts had are kept. What is brought later is left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import log2
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.database import Sessions
from monitor.deleting import delete_old
from monitor.models import Post, TrendState, WordCount
from monitor.query.analyzer import post_keys
from monitor.query.cyrillic import is_cyrillic
from monitor.query.tokens import TOKEN
from monitor.upsert import insert_for

SHORTEST = 3  # letters
SETTLED = timedelta(minutes=1)  # posts younger than this may still be on their way
FIRST = timedelta(days=8)  # how far back counting begins
QUARTER, DAY = timedelta(hours=6), timedelta(days=1)
KEPT = timedelta(days=28)
FEWEST = 3  # posts of a word that is kept of a day that is over
USUAL_DAYS = 14
NEEDED_DAYS = 3
LEAST_POSTS, LEAST_RISE = 5, 3.0
SHOWN = 10
CONSIDERED = 3_000
_ROWS = 500  # a transaction
_ALL = ""  # the word that every post has


@dataclass(frozen=True, slots=True)
class Rising:
    """A word as people write it, the posts of the last day that have it, and how many times as many as usual these are."""

    word: str
    posts: int
    times: float


@dataclass(slots=True)
class _Count:
    posts: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    channels: set[int] = field(default_factory=set)


Counts = dict[tuple[int, datetime, str], _Count]


async def uncounted(session: AsyncSession, now: datetime, limit: int) -> list[Post]:
    """The oldest `limit` posts that are not counted yet."""
    state = await session.get(TrendState, 1)
    since = state.counted if state else post_ids.first_id(now - FIRST) - 1
    until = post_ids.first_id(now - SETTLED)
    waiting = select(Post).where(Post.id > since, Post.id < until).order_by(Post.id).limit(limit)
    return list(await session.scalars(waiting))


def count(posts: Iterable[Post], counts: Counts) -> None:
    """Add to `counts` in how many of the posts each word stands, by (hours, their beginning, the word)."""
    for post in posts:
        begins = ((6, _floor(post.date, QUARTER)), (24, _floor(post.date, DAY)))
        words = {_word(raw): raw for raw in dict.fromkeys(TOKEN.findall(post.text)) if _counts(raw)}
        for word, raw in [*words.items(), (_ALL, "")]:
            for hours, begin in begins:
                counted = counts.setdefault((hours, begin, word), _Count())
                counted.posts += 1
                counted.forms[raw] += 1
                counted.channels.add(post.channel_id)


def rows_of(counts: Counts) -> list[list[dict[str, Any]]]:
    """The counts as rows of the table, so many at a time as one transaction should take."""
    rows = (
        {
            "hours": hours,
            "since": begin,
            "word": word,
            "posts": counted.posts,
            "form": shown(word, counted.forms),
            "channel_id": min(counted.channels),
            "several": len(counted.channels) > 1,
        }
        for (hours, begin, word), counted in counts.items()
    )
    return list(iter(lambda: list(islice(rows, _ROWS)), []))


async def add(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Add counts to those that are stored."""
    statement = insert_for(session, WordCount)
    new = statement.excluded
    same = and_(WordCount.channel_id == new.channel_id, ~WordCount.several, ~new.several)
    added = {
        "posts": WordCount.posts + new.posts,
        "form": case((new.posts > WordCount.posts, new.form), else_=WordCount.form),
        "several": case((same, False), else_=True),
    }
    await session.execute(
        statement.on_conflict_do_update(index_elements=["hours", "since", "word"], set_=added), list(rows)
    )


async def advance(session: AsyncSession, post_id: int) -> None:
    """Every post up to this one is counted."""
    state = insert_for(session, TrendState).values(id=1, counted=post_id)
    await session.execute(state.on_conflict_do_update(index_elements=["id"], set_={"counted": post_id}))


async def prune(sessions: Sessions, now: datetime) -> None:
    """Forget what is too old, and of days that are over what was rare."""
    quarters = and_(WordCount.hours == 6, WordCount.since < _floor(now, QUARTER) - DAY)
    days = and_(WordCount.hours == 24, WordCount.since < now - KEPT)
    rare = and_(WordCount.hours == 24, WordCount.since < _floor(now, DAY), WordCount.posts < FEWEST)
    await delete_old(sessions, WordCount, or_(quarters, days, rare))


async def rising(session: AsyncSession, now: datetime) -> list[Rising] | None:
    """The words that rise most, first; None as long as too few days are known to tell what is usual.

    A word has to stand in LEAST_POSTS posts of several channels, and LEAST_RISE times as often as usual.
    """
    lately = await _lately(session, now)
    usual, days, usual_all = await _usual(session, now, list(lately))
    if days < NEEDED_DAYS or not usual_all or _ALL not in lately:
        return None
    share = lately[_ALL].posts / usual_all  # how much more is posted now than in all the usual days together
    found = []
    for word, recent in lately.items():
        expected = max(usual.get(word, 0), FEWEST) * share
        if word != _ALL and recent.several and recent.posts >= LEAST_RISE * expected:
            found.append(Rising(recent.form, recent.posts, recent.posts / expected))
    return sorted(found, key=lambda each: each.posts * log2(each.times), reverse=True)[:SHOWN]


async def _lately(session: AsyncSession, now: datetime) -> dict[str, WordCount]:
    """What stood in the posts of the last day, by word."""
    recent = (WordCount.hours == 6, WordCount.since >= _floor(now, QUARTER) - DAY + QUARTER)
    posts = func.sum(WordCount.posts)
    several = or_(
        func.max(case((WordCount.several, 1), else_=0)) > 0,
        func.min(WordCount.channel_id) != func.max(WordCount.channel_id),
    )
    columns = select(WordCount.word, posts, func.max(WordCount.form), several).where(*recent)
    frequent = columns.group_by(WordCount.word).having(posts >= LEAST_POSTS).order_by(posts.desc()).limit(CONSIDERED)
    rows = await session.execute(frequent)
    return {word: WordCount(word=word, posts=count, form=form, several=bool(many)) for word, count, form, many in rows}


async def _usual(session: AsyncSession, now: datetime, words: Sequence[str]) -> tuple[dict[str, int], int, int]:
    """{word: posts} of the days before yesterday, how many days these are, and how many posts they had."""
    today = _floor(now, DAY)
    before = (WordCount.hours == 24, WordCount.since >= today - DAY * (USUAL_DAYS + 1), WordCount.since < today - DAY)
    counted = select(func.count(), func.sum(WordCount.posts)).where(*before, WordCount.word == _ALL)
    days, posts = (await session.execute(counted)).one()
    usual = select(WordCount.word, func.sum(WordCount.posts)).where(*before, WordCount.word.in_(words))
    rows = await session.execute(usual.group_by(WordCount.word))
    return {word: int(count) for word, count in rows}, days, int(posts or 0)


def shown(word: str, forms: Counter[str]) -> str:
    """The word as people know it: its normal form, with a capital if it is mostly written so, or the form that is most frequent."""
    if not word or not is_cyrillic(word):
        return max(forms, key=lambda form: (forms[form], form))[:64]
    capitals = sum(count for form, count in forms.items() if form[:1].isupper())
    return (word.capitalize() if 2 * capitals > forms.total() else word)[:64]


def _counts(raw: str) -> bool:
    return len(raw) >= SHORTEST and raw.isalpha()


def _word(raw: str) -> str:
    return min((key[1:] for key in post_keys(raw) if key[0] == "l"), key=lambda lemma: (len(lemma), lemma))


def _floor(moment: datetime, step: timedelta) -> datetime:
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(step.total_seconds()), UTC)

"""Questions that people asked, kept so that a button or a link (64 bytes at most) can name them, with the filters set by buttons."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.limits import limits_of
from monitor.models import Search, Subscriber
from monitor.query.syntax import parse
from monitor.query.tree import And, Node, Query
from monitor.search import FoundPost, search

FILTERS = {"channel": "from:@{}", "language": "lang:{}", "period": "last:{}", "media": "has:{}"}
"""What can be narrowed by a button, and how the query language says it."""
LOOKED_AT = 100  # newest answers, which say what channels and languages to offer
OFFERED = 8
MINUTE = timedelta(minutes=1)


class SearchGoneError(MonitorError):
    """This search is no longer kept: ask again with /search."""

    code = "search_gone"


class TooManySearchesError(MonitorError):
    """This chat has asked as many questions in the last minute as it may."""

    code = "too_many_searches"


async def keep(
    session: AsyncSession,
    subscriber: Subscriber,
    query: str,
    now: datetime,
    filters: Mapping[str, str] | None = None,
    token: str | None = None,
) -> Search:
    """Keep a question in its canonical form; `token` is the secret by which a link names it.

    Raises QuerySyntaxError, or TooManySearchesError for one question too many in a minute.
    """
    canonical = str(parse(query))
    await require_room(session, subscriber, now)
    kept = Search(subscriber_id=subscriber.id, query=canonical, asked_at=now, filters=dict(filters or {}), token=token)
    session.add(kept)
    await session.flush()
    return kept


async def require_room(session: AsyncSession, subscriber: Subscriber, now: datetime) -> None:
    """Whether one more question may be asked: to be known before it is answered. Raises TooManySearchesError."""
    limit = limits_of(session).searches_a_minute
    recent = (Search.subscriber_id == subscriber.id, Search.asked_at > now - MINUTE)
    if (await session.scalar(select(func.count()).select_from(Search).where(*recent)) or 0) >= limit:
        raise TooManySearchesError(limit=limit)


async def own(session: AsyncSession, subscriber: Subscriber, search_id: int) -> Search:
    """The subscriber's question behind a button. Raises SearchGoneError."""
    kept = await session.get(Search, search_id)
    if kept is None or kept.subscriber_id != subscriber.id:
        raise SearchGoneError
    return kept


async def shared(session: AsyncSession, token: str) -> Search:
    """The question behind a link. Raises SearchGoneError."""
    kept = await session.scalar(select(Search).where(Search.token == token).limit(1))
    if kept is None:
        raise SearchGoneError
    return kept


async def link(session: AsyncSession, subscriber: Subscriber, query: str, now: datetime, token: str) -> str:
    """The secret of a link to the answers of this query: the one that the subscriber has for it already, or `token`."""
    mine = (Search.subscriber_id == subscriber.id, Search.query == str(parse(query)), Search.token.is_not(None))
    for kept in await session.scalars(select(Search).where(*mine)):
        if kept.token is not None and not kept.filters:
            return kept.token
    await keep(session, subscriber, query, now, token=token)
    return token


async def publish(session: AsyncSession, kept: Search, token: str) -> str:
    """The secret of the link to these answers: the one there is, or `token` from now on."""
    kept.token = kept.token or token
    await session.flush()
    return kept.token


def narrowed(filters: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """The filters with this one set, or lifted where `value` is empty."""
    others = {key: chosen for key, chosen in filters.items() if key != name}
    return others | ({name: value} if value else {})


def wording(query: str, filters: Mapping[str, str], *, without: str | None = None) -> str:
    """The question with its filters as one query, leaving out the filter called `without`."""
    root = parse(query).root
    chosen = [_filter(name, value) for name, value in sorted(filters.items()) if name != without]
    return str(Query(And((*_parts(root), *chosen)))) if chosen else query


def standing(kept: Search) -> str:
    """The question as one that can wait for new posts: without a period, if a button set it."""
    return wording(kept.query, kept.filters, without="period")


async def choices(session: AsyncSession, kept: Search, name: str, now: datetime) -> list[tuple[str, str]]:
    """What to offer for the filter "channel" or "language", as (value, name): those of the newest answers, frequent ones first."""
    page = await search(session, wording(kept.query, kept.filters, without=name), limit=LOOKED_AT, now=now)
    named = filter(None, map(_channel if name == "channel" else _language, page.posts))
    return [choice for choice, _ in Counter(named).most_common(OFFERED)]


def _channel(found: FoundPost) -> tuple[str, str] | None:
    name = found.channel.username
    return (name.lower(), found.channel.title) if name else None


def _language(found: FoundPost) -> tuple[str, str] | None:
    code = found.post.language
    return (code, code) if code else None


def _parts(root: Node) -> tuple[Node, ...]:
    return root.items if isinstance(root, And) else (root,)


def _filter(name: str, value: str) -> Node:
    return parse(FILTERS[name].format(value)).root

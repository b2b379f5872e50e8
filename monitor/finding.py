"""Which topics a subscriber can choose from: those it is told of, the public ones, and both by words."""

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import subscriptions
from monitor.catalogue import SHOWN
from monitor.models import Post, Subscriber, Subscription, Topic

NEWEST = 2_000  # posts looked at for their languages
LANGUAGES = 8

Listed = tuple[Subscription | None, Topic]
"""A topic, and the subscription to it if there is one."""


async def mine(session: AsyncSession, subscriber: Subscriber) -> list[Listed]:
    """What the subscriber is told of, oldest first."""
    return [(subscription, topic) for subscription, topic in await subscriptions.subscriptions(session, subscriber)]


async def public(session: AsyncSession, subscriber: Subscriber) -> list[Listed]:
    """The public topics, those that admins put first first."""
    theirs = and_(
        Subscription.topic_id == Topic.id,
        Subscription.subscriber_id == subscriber.id,
        Subscription.ended_at.is_(None),
    )
    offered = select(Subscription, Topic).select_from(Topic).outerjoin(Subscription, theirs)
    shown = offered.where(Topic.owner_id.is_(None), Topic.deleted_at.is_(None))
    rows = await session.execute(shown.order_by(Topic.rank.desc(), Topic.id).limit(SHOWN))
    return [(subscription, topic) for subscription, topic in rows]


async def by_words(session: AsyncSession, subscriber: Subscriber, words: str) -> list[Listed]:
    """Those of both that have every word, or how it begins, in their name, description or query."""
    wanted = words.casefold().split()
    own = await mine(session, subscriber)
    known = {topic.id for _, topic in own}
    others = [each for each in await public(session, subscriber) if each[1].id not in known]
    return [each for each in own + others if all(word in _said(each[1]) for word in wanted)]


def _said(topic: Topic) -> str:
    return " ".join([topic.name, topic.description or "", topic.query]).casefold()


async def languages(session: AsyncSession) -> list[str]:
    """What the newest posts are written in, the most frequent first."""
    newest = select(Post.language).order_by(Post.id.desc()).limit(NEWEST).subquery()
    counted = select(newest.c.language).where(newest.c.language.is_not(None)).group_by(newest.c.language)
    frequent = counted.order_by(func.count().desc(), newest.c.language).limit(LANGUAGES)
    return [language for language in await session.scalars(frequent) if language]

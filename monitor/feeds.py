"""Secret links under which a topic's posts can be read as a feed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.models import Feed, Subscriber, Topic
from monitor.search import FoundPost, search

NEWEST = 50  # posts of a feed


class UnknownFeedError(MonitorError):
    """There is no feed at this link: it was revoked, or never given."""

    code = "unknown_feed"


class NotSubscribedError(MonitorError):
    """This chat is not subscribed to such a topic: see /subscriptions."""

    code = "not_subscribed"


class FeedPage(NamedTuple):
    """A feed's topic, the moment its link was given, and its newest posts."""

    topic: Topic
    given_at: datetime
    posts: list[FoundPost]


async def token(session: AsyncSession, subscriber: Subscriber, topic: Topic) -> str | None:
    """The secret part of the subscriber's link to this topic, if there is one."""
    feed = await session.get(Feed, (subscriber.id, topic.id))
    return feed.token if feed else None


async def give(session: AsyncSession, subscriber: Subscriber, topic: Topic, new_token: str, now: datetime) -> None:
    """Make a link; one that was there before leads nowhere from now on."""
    await revoke(session, subscriber, topic.id)
    session.add(Feed(subscriber_id=subscriber.id, topic_id=topic.id, token=new_token, created_at=now))
    await session.flush()


async def revoke(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> None:
    """End the link."""
    theirs = (Feed.subscriber_id == subscriber.id, Feed.topic_id == topic_id)
    await session.execute(delete(Feed).where(*theirs))


async def read(session: AsyncSession, token: str) -> FeedPage:
    """What stands under a link: the newest posts of its topic. Raises UnknownFeedError."""
    wanted = (Feed.token == token, Topic.deleted_at.is_(None))
    given = select(Topic, Feed.created_at).join(Topic, Topic.id == Feed.topic_id).where(*wanted).limit(1)
    found = (await session.execute(given)).one_or_none()
    if found is None:
        raise UnknownFeedError
    topic, given_at = found
    page = await search(session, topic.query, limit=NEWEST)
    return FeedPage(topic, given_at, page.posts)

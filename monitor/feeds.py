"""Secret links under which a topic's posts can be read as a feed."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.models import ChatKind, Feed, Member, Standing, Subscriber, Subscription, Topic
from monitor.query.syntax import QuerySyntaxError
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


async def linked(session: AsyncSession, subscriber: Subscriber) -> list[Topic]:
    """The topics that the subscriber has links to, told of them or not, in the order of the links."""
    theirs = select(Topic).join(Feed, Feed.topic_id == Topic.id).where(Feed.subscriber_id == subscriber.id)
    return list(await session.scalars(theirs.order_by(Feed.created_at, Topic.id)))


async def read(session: AsyncSession, token: str, members_only: bool, admins: Collection[int]) -> FeedPage:
    """What stands under a link: the newest posts of its topic. Raises UnknownFeedError.

    A link lives as long as the subscription and, where only members are let in, as who holds it is one.
    """
    wanted = [Feed.token == token, Topic.deleted_at.is_(None), Subscription.ended_at.is_(None)]
    if members_only:
        wanted.append(_is_let_in(admins))
    given = select(Topic, Feed.created_at).join(Topic, Topic.id == Feed.topic_id)
    told = and_(Subscription.subscriber_id == Feed.subscriber_id, Subscription.topic_id == Feed.topic_id)
    living = given.join(Subscription, told).join(Subscriber, Subscriber.id == Feed.subscriber_id)
    found = (await session.execute(living.where(*wanted).limit(1))).one_or_none()
    if found is None:
        raise UnknownFeedError
    topic, given_at = found
    try:
        posts = (await search(session, topic.query, limit=NEWEST)).posts
    except (
        QuerySyntaxError
    ):  # it stands from before such queries were refused, see `tongues.require_known`, and finds nothing
        posts = []
    return FeedPage(topic, given_at, posts)


def _is_let_in(admins: Collection[int]) -> ColumnElement[bool]:
    """Only persons are members: what a group is told of, whoever is in it may read."""
    admitted = select(Member.user_id).where(Member.standing == Standing.ADMITTED)
    person = Subscriber.chat_id.in_(admins) | Subscriber.chat_id.in_(admitted)
    return or_(Subscriber.kind != ChatKind.PRIVATE, person)

"""What a message told its reader of, and which of its stories other channels have told too."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from monitor.models import Channel, Delivery, DeliveryKind, Post, Subscriber
from monitor.models.deliveries import TOLD
from monitor.timeline import NoAlertError, Teller

DAY = timedelta(days=1)
_IS_DIGEST = text("deliveries.kind = 'digest'")
"""In so many letters, or SQLite does not see that its index of digests is meant."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A story that several channels have told: the post in which a reader was told it, how many channels, and who was first."""

    post: Post
    channels: int
    first: Teller


async def told_in(session: AsyncSession, subscriber: Subscriber, message_id: int, sent_at: datetime) -> Sequence[Post]:
    """The posts that an alert, several in one message, or a digest told of, in its order; of an album its first part.

    `sent_at`, by Telegram's clock, is where it is looked for first; only then all that the reader ever got. Raises NoAlertError.
    """
    own = (Delivery.subscriber_id == subscriber.id, Delivery.message_id == message_id)
    digest = await session.scalar(select(Delivery.notice).where(*own, _IS_DIGEST))
    alerts = and_(*own, Delivery.kind == DeliveryKind.ALERT)
    covered = and_(Delivery.id.in_((digest or {}).get("told", [])), Delivery.subscriber_id == subscriber.id)
    posts = select(Post).join(Delivery, Delivery.post_id == Post.id).order_by(Delivery.id)
    for which in (_alerts_of(subscriber, message_id, sent_at), alerts) if digest is None else (covered,):
        if found := (await session.scalars(posts.where(which))).all():
            return found
    raise NoAlertError


def _alerts_of(subscriber: Subscriber, message_id: int, sent_at: datetime) -> ColumnElement[bool]:
    """The alerts of the message, if they were settled within a day of that moment."""
    told = aliased(Delivery)
    its = (text(TOLD), told.subscriber_id == subscriber.id, told.message_id == message_id)
    return Delivery.id.in_(select(told.id).where(*its, told.settled_at.between(sent_at - DAY, sent_at + DAY)))


async def shared(session: AsyncSession, told: Iterable[Post]) -> Sequence[Shared]:
    """The stories of these posts that several channels have told: what most of them have first, then by time."""
    heads: dict[int, int] = {}
    for post in told:
        if post.story_id is not None:
            heads.setdefault(post.story_id, post.id)
    channels = func.count(Post.channel_id.distinct())
    by_story = select(Post.story_id, channels, func.min(Post.id)).group_by(Post.story_id)
    counted = await session.execute(by_story.where(Post.story_id.in_(heads)).having(channels > 1))
    counts = {story: (count, first) for story, count, first in counted if story is not None}
    tellers = await _read(session, counts, {heads[story] for story in counts} | {first for _, first in counts.values()})
    found = [Shared(_face(heads[story], tellers), count, tellers[first]) for story, (count, first) in counts.items()]
    return sorted(found, key=lambda story: (-story.channels, story.post.id))


async def _read(session: AsyncSession, stories: Collection[int], albums: Collection[int]) -> dict[int, Teller]:
    """{id: post with its channel} of what these posts, or the other parts of their albums, say of these stories."""
    theirs = (Post.story_id.in_(stories), or_(Post.id.in_(albums), Post.album_id.in_(albums)))
    rows = await session.execute(select(Post, Channel).join(Channel, Channel.id == Post.channel_id).where(*theirs))
    return {post.id: (post, channel) for post, channel in rows}


def _face(head: int, tellers: dict[int, Teller]) -> Post:
    """Of an album the first part with a text, if there is one."""
    parts = sorted((post for post, _ in tellers.values() if post.album_id == head), key=lambda post: post.id)
    return next((post for post in parts if post.text), tellers[head][0])

"""From a delivery to the message that it owes: reads what the view needs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.i18n import translator
from bot.views import Rendered
from monitor.models import Channel, Delivery, Match, Post, Subscriber, Subscription, Topic

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Album:
    """The parts of a post that came as one; a post that stands alone is an album of one."""

    parts: list[Post]
    matches: dict[int, list[Match]]

    def face(self) -> Post:
        """The part to show: the first one that matched, else the first."""
        return next((part for part in self.parts if part.id in self.matches), self.parts[0])


async def render(session: AsyncSession, delivery: Delivery, subscriber: Subscriber) -> Rendered:
    """The message for this delivery in the subscriber's language."""
    l10n = translator(subscriber.locale)
    if delivery.post_id is None:
        notice = delivery.notice or {}
        return views.notice(str(notice.get("key", "")), notice.get("params", {}), l10n)
    post = await session.get_one(Post, delivery.post_id)
    channel = await session.get_one(Channel, post.channel_id)
    topics = await _topics(session, subscriber)
    album = await _album(session, post, list(topics))
    face = album.face()
    matched = album.matches.get(face.id, [])
    return views.alert(
        face, channel, _spans(matched), [topics[match.topic_id] for match in matched], l10n, album=len(album.parts)
    )


async def _topics(session: AsyncSession, subscriber: Subscriber) -> dict[int, Topic]:
    theirs = select(Topic).join(Subscription).where(Subscription.subscriber_id == subscriber.id)
    return {topic.id: topic for topic in await session.scalars(theirs)}


async def _album(session: AsyncSession, post: Post, topic_ids: list[int]) -> Album:
    parts = [post]
    if post.grouped_id is not None:
        same = (Post.channel_id == post.channel_id, Post.grouped_id == post.grouped_id)
        parts = list(await session.scalars(select(Post).where(*same).order_by(Post.message_id)))
    wanted = (Match.post_id.in_([part.id for part in parts]), Match.topic_id.in_(topic_ids))
    matches: dict[int, list[Match]] = {}
    for match in await session.scalars(select(Match).where(*wanted).order_by(Match.topic_id)):
        matches.setdefault(match.post_id, []).append(match)
    return Album(parts, matches)


def _spans(matches: list[Match]) -> Spans:
    return sorted({(start, end) for match in matches for start, end in match.spans})

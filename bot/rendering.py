"""From a delivery to the message that it owes: reads what the view needs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.i18n import Translator, translator
from bot.views import Rendered
from monitor import translations
from monitor.filters import is_live, lets_through
from monitor.models import Channel, Delivery, Match, Post, Subscriber, Subscription, Topic, Translation

Matches = list[tuple[Match, Topic]]


async def render(session: AsyncSession, delivery: Delivery, subscriber: Subscriber) -> Rendered:
    """The message for this delivery in the subscriber's language."""
    l10n = translator(subscriber.locale)
    if delivery.post_id is None:
        return await _notice(session, delivery.notice or {}, l10n)
    post = await session.get_one(Post, delivery.post_id)
    channel = await session.get_one(Channel, post.channel_id)
    parts = await _album(session, post)
    matches = await _matches(session, parts, subscriber)
    face = _face(parts, matches)
    shown = [(match, topic) for match, topic in matches if match.post_id == face.id]
    foreign = translations.is_foreign(face, l10n.locale) and await translations.available(session, delivery.due_at)
    topics = [topic for _, topic in shown]
    return views.alert(face, channel, _spans(shown), topics, l10n, album=len(parts), translatable=foreign)


async def _notice(session: AsyncSession, notice: dict[str, Any], l10n: Translator) -> Rendered:
    key, params = str(notice.get("key", "")), notice.get("params", {})
    if key != "translation":
        return views.notice(key, params, l10n)
    post = await session.get_one(Post, params["post"])
    channel = await session.get_one(Channel, post.channel_id)
    made = await session.get_one(Translation, (post.id, params["language"]))
    return views.translation(post, channel, made, l10n)


async def _album(session: AsyncSession, post: Post) -> Sequence[Post]:
    """The parts of a post that came as one; a post that stands alone is an album of one."""
    if post.grouped_id is None:
        return [post]
    same = (Post.channel_id == post.channel_id, Post.grouped_id == post.grouped_id)
    return (await session.scalars(select(Post).where(*same).order_by(Post.message_id))).all()


async def _matches(session: AsyncSession, parts: Sequence[Post], subscriber: Subscriber) -> Matches:
    """What the subscriber asked for and these posts satisfy."""
    theirs = (
        select(Match, Topic)
        .join(Topic, Topic.id == Match.topic_id)
        .join(Subscription, Subscription.topic_id == Match.topic_id)
        .join(Post, Post.id == Match.post_id)
        .where(Match.post_id.in_([part.id for part in parts]), Subscription.subscriber_id == subscriber.id)
        .where(is_live(), lets_through())
        .order_by(Match.topic_id)
    )
    return [(match, topic) for match, topic in await session.execute(theirs)]


def _face(parts: Sequence[Post], matches: Matches) -> Post:
    """The part to show: the first one that matched, else the first."""
    matched = {match.post_id for match, _ in matches}
    return next((part for part in parts if part.id in matched), parts[0])


def _spans(matches: Matches) -> list[tuple[int, int]]:
    return sorted({(start, end) for match, _ in matches for start, end in match.spans})

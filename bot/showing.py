"""Posts as one reader sees them: of an album the part that matched, for which topics, and what has become of them since.

What many posts need is read in one statement; between two posts others have their turn, since a digest has sixty of them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.views import Repeat, Shown, Since
from monitor import albums, direct, pictures, timeline
from monitor.filters import is_live, lets_through
from monitor.models import BigId, Channel, Delivery, DeliveryState, Match, Post, Subscriber, Subscription, Topic
from monitor.tables import CHANNELS, POSTS, TOPICS

Matches = Sequence[tuple[list[Any], Topic]]
"""What of a post's text matched, and for which topic."""

_NUMBERS = bindparam("numbers", expanding=True, type_=BigId)
_POSTS, _CHANNELS = select(POSTS).where(POSTS.c.id.in_(_NUMBERS)), select(CHANNELS).where(CHANNELS.c.id.in_(_NUMBERS))
_THEIRS = (
    select(Match.post_id, Match.spans, *TOPICS.c)
    .select_from(Match)
    .join(Topic, Topic.id == Match.topic_id)
    .join(Subscription, Subscription.topic_id == Match.topic_id)
    .join(Post, Post.id == Match.post_id)
    .where(Match.post_id.in_(bindparam("posts", expanding=True)), Subscription.subscriber_id == bindparam("subscriber"))
    .where(is_live(), lets_through())
)
_MATCHES = _THEIRS.where(Match.ended_at.is_(None)).order_by(Match.topic_id)
_ENDED = _THEIRS.where(Match.ended_at.is_not(None)).limit(1)


async def all_shown(session: AsyncSession, alerts: Sequence[Delivery], subscriber: Subscriber) -> list[Shown]:
    """The posts of these deliveries, in their order, as the subscriber sees them."""
    owed = [(alert, alert.post_id) for alert in alerts if alert.post_id is not None]
    found = await direct.load(session, Post, _POSTS, {"numbers": [post_id for _, post_id in owed]})
    posts = {post.id: post for post in found}
    numbers = sorted({post.channel_id for post in found})
    channels = {each.id: each for each in await direct.load(session, Channel, _CHANNELS, {"numbers": numbers})}
    came = {post.id: await albums.parts(session, post) for post in posts.values()}
    matches = await _matches(session, [part for parts in came.values() for part in parts], subscriber)
    shown = list[Shown]()
    for alert, post_id in owed:
        if shown:
            await asyncio.sleep(0)
        channel = channels[posts[post_id].channel_id]
        shown.append(await _shown(session, alert, came[post_id], channel, matches, subscriber))
    return shown


async def _shown(
    session: AsyncSession,
    alert: Delivery,
    parts: Sequence[Post],
    channel: Channel,
    found: Mapping[int, Matches],
    subscriber: Subscriber,
) -> Shown:
    matched = next((part for part in parts if part.id in found), None)
    face = matched or parts[0]
    matches = found.get(face.id, [])
    still = matched is not None or not await _ended(session, parts, subscriber)
    return Shown(
        face,
        channel,
        _spans(matches),
        [topic for _, topic in matches],
        album=len(parts),
        since=await _since(session, alert, face, subscriber, matches=still),
        hidden=pictures.are_hidden(parts, channel),
    )


async def _since(session: AsyncSession, alert: Delivery, face: Post, subscriber: Subscriber, *, matches: bool) -> Since:
    """What has become of the post since the subscriber was alerted."""
    told = await timeline.tellers(session, face) if face.story_id is not None and subscriber.tells_once else []
    others = [Repeat(post, channel) for post, channel in told if post.album_id != face.album_id]
    return Since(await _text_told(session, alert, face), matches, others)


async def _text_told(session: AsyncSession, alert: Delivery, face: Post) -> str | None:
    """The text that the subscriber was shown first; None if it is the newest, or nothing was shown yet."""
    if alert.state != DeliveryState.SENT:
        return None
    if alert.post_version is not None:
        return await timeline.text_of(session, face, alert.post_version)
    return await timeline.text_before(session, face, alert.created_at)


async def _matches(session: AsyncSession, parts: Iterable[Post], subscriber: Subscriber) -> Mapping[int, Matches]:
    """{post id: what the subscriber asked for and it satisfies}; those that satisfy nothing are left out."""
    found = defaultdict[int, list[tuple[list[Any], Topic]]](list)
    for row in await direct.ask(session, _MATCHES, _asked(parts, subscriber)):
        columns = row._asdict()
        post_id, spans = columns.pop("post_id"), columns.pop("spans")
        found[post_id].append((spans, Topic(**columns)))
    return dict(found)


async def _ended(session: AsyncSession, parts: Iterable[Post], subscriber: Subscriber) -> bool:
    """Whether these posts once satisfied what the subscriber still asks for."""
    return await direct.scalar(session, _ENDED, _asked(parts, subscriber)) is not None


def _asked(parts: Iterable[Post], subscriber: Subscriber) -> dict[str, object]:
    return {"posts": [part.id for part in parts], "subscriber": subscriber.id}


def _spans(matches: Matches) -> list[tuple[int, int]]:
    return sorted({(start, end) for spans, _ in matches for start, end in spans})

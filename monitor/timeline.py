"""What became of a post and of its story, told in order of time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.models import Channel, Delivery, DeliveryKind, Post, PostVersion, Subscriber
from monitor.translations import PostGoneError

MOST = 200  # posts of one story that are shown
Teller = tuple[Post, Channel]
Tellers = Sequence[Teller]


class NoAlertError(MonitorError):
    """This message told the subscriber of no post that is still kept: reply to an alert or a digest with /story."""

    code = "no_alert"


async def tellers(session: AsyncSession, post: Post) -> Tellers:
    """The posts of the post's story and their channels, by time; an album counts once, as its first part with a text."""
    same = Post.id == post.id if post.story_id is None else Post.story_id == post.story_id
    told = select(Post, Channel).join(Channel, Channel.id == Post.channel_id).where(same).order_by(Post.id).limit(MOST)
    albums: dict[int, Teller] = {}
    for part, channel in await session.execute(told):
        if part.album_id not in albums or not albums[part.album_id][0].text:
            albums[part.album_id] = (part, channel)
    return list(albums.values())


async def of_post(session: AsyncSession, subscriber: Subscriber, post_id: int) -> Tellers:
    """The same for a post that an alert or a digest is to tell the subscriber of; raises NoAlertError, PostGoneError."""
    if await session.get(Post, post_id) is None:
        raise PostGoneError
    sent = (Delivery.subscriber_id == subscriber.id, Delivery.post_id == post_id, Delivery.kind == DeliveryKind.ALERT)
    post = await session.scalar(select(Post).join(Delivery, Delivery.post_id == Post.id).where(*sent))
    if post is None:
        raise NoAlertError
    return await tellers(session, post)


async def text_of(session: AsyncSession, post: Post, version: int) -> str | None:
    """The text that the post had in this version; None if it is the newest."""
    if post.version <= version:
        return None
    wanted = (PostVersion.post_id == post.id, PostVersion.number == version)
    return await session.scalar(select(PostVersion.text).where(*wanted))


async def text_before(session: AsyncSession, post: Post, moment: datetime) -> str | None:
    """The text that the post had at this moment, by Telegram's clock; None if it is the newest."""
    if post.version == 1 or post.edited_at is None or post.edited_at <= moment:
        return None
    seen = (PostVersion.post_id == post.id, PostVersion.seen_at <= moment)
    newest = select(PostVersion.text).where(*seen).order_by(PostVersion.number.desc()).limit(1)
    first = select(PostVersion.text).where(PostVersion.post_id == post.id).order_by(PostVersion.number).limit(1)
    old = await session.scalar(newest)
    return old if old is not None else await session.scalar(first)

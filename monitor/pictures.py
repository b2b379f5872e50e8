"""Pictures and videos of posts that a link preview cannot show: fetched by an account that reads the channel, once for all readers.

Whoever asks is owed a sentence that it takes too long, which falls due in a minute; the pictures, when they are there, take its place
and fall due at once. What is shown to whom stays with the outbox, so a crash of either process loses nothing. Of channels that
protect their content nothing is fetched.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import accounts, albums, outbox
from monitor.errors import MonitorError
from monitor.models import Channel, Delivery, DeliveryState, Membership, Picture, PictureWish, Post
from monitor.tables import ACCOUNTS
from monitor.translations import PostGoneError
from monitor.upsert import insert_for

KINDS = ("photo", "video")
MOST = 10  # of an album: core.telegram.org/bots/api#sendmediagroup
LARGEST = {"photo": 10 * 2**20, "video": 20 * 2**20}
"""Bytes. They pass through the database, so less than the 50 MB that a bot may send."""
PATIENCE = timedelta(minutes=1)
CLAIM = timedelta(minutes=2)
WAITING = timedelta(minutes=10)  # a request that is older is nobody's any more
SPREAD = timedelta(seconds=5)  # in which the first reader's message is sent, whose file the others' only name
SHOWN, LATE, NONE = "pictures", "pictures_late", "pictures_none"


class PicturesOffError(MonitorError):
    """The pictures of this post cannot be fetched: its channel protects them, or no account listens."""

    code = "pictures_off"


def are_hidden(parts: Sequence[Post], channel: Channel) -> bool:
    """Whether the post has pictures or videos that the preview of its link does not show, or shows one of; deleted ones are gone."""
    count = sum(part.deleted_at is None and _kind(part) is not None for part in parts)
    return count > 0 and not channel.protected and (count > 1 or not channel.username)


async def available(session: AsyncSession, now: datetime) -> bool:
    """Whether a listener is there that could fetch them, as far as is known."""
    heard = (ACCOUNTS.c.problem.is_(None), ACCOUNTS.c.seen_at > now - accounts.GONE_AFTER)
    return bool(await session.scalar(select(exists().where(*heard))))


async def request(session: AsyncSession, subscriber_id: int, album_id: int, now: datetime) -> bool:
    """Owe the subscriber the pictures of a post and of what came with it; whether they are there already.

    Raises PicturesOffError, PostGoneError.
    """
    head = await session.get(Post, album_id)
    if head is None:
        raise PostGoneError
    parts = await _parts(session, head)
    if not parts or not await available(session, now):
        raise PicturesOffError
    for part in parts:
        await _want(session, part, now)
    if await _are_settled(session, album_id):
        await outbox.enqueue_notice(session, subscriber_id, SHOWN, now, post=album_id)
        return True
    wish = (PictureWish.subscriber_id == subscriber_id, PictureWish.album_id == album_id)
    if not await session.scalar(select(exists().where(*wish))):
        delivery_id = await outbox.enqueue_notice(session, subscriber_id, LATE, now + PATIENCE)
        session.add(PictureWish(subscriber_id=subscriber_id, album_id=album_id, delivery_id=delivery_id))
        await session.flush()
    return False


async def any_waits(session: AsyncSession, now: datetime) -> bool:
    """Whether there may be something to claim."""
    return bool(await session.scalar(select(exists().where(*_open(now)))))


async def claim(session: AsyncSession, account: str, now: datetime) -> tuple[Post, str] | None:
    """The post whose picture this account should fetch next, and its kind; for a while it is no other account's."""
    free = or_(Picture.claimed_at.is_(None), Picture.claimed_at < now - CLAIM)
    reached = exists().where(Membership.channel_id == Post.channel_id, Membership.account == account, Membership.joined)
    oldest = select(Picture).join(Post, Post.id == Picture.post_id).where(*_open(now), free, reached)
    oldest = oldest.order_by(Picture.requested_at, Picture.post_id).limit(1)
    wanted = await session.scalar(oldest.with_for_update(skip_locked=True, of=Picture))
    if wanted is None:
        return None
    wanted.claimed_at = now
    await session.flush()
    return await session.get_one(Post, wanted.post_id), wanted.kind


async def settle(
    session: AsyncSession, post_id: int, now: datetime, *, content: bytes | None, problem: str | None = None
) -> None:
    """Keep what was fetched, or why it was not; with the last part of an album tell those who wait."""
    picture = await session.get_one(Picture, post_id)
    picture.content, picture.problem, picture.settled_at = content, problem, now
    await session.flush()
    if await _are_settled(session, picture.album_id):
        await _tell(session, picture.album_id, now)


async def ready(session: AsyncSession, album_id: int) -> list[Picture]:
    """The pictures of a post that can be sent, in order."""
    there = or_(Picture.file_id.is_not(None), Picture.content.is_not(None))
    rows = await session.scalars(
        select(Picture).where(Picture.album_id == album_id, there).order_by(Picture.post_id).limit(MOST)
    )
    return list(rows)


async def keep(session: AsyncSession, files: Mapping[int, str]) -> None:
    """Telegram has these: {post id: file_id}. Nobody needs to upload them again."""
    for post_id, file_id in files.items():
        known = update(Picture).where(Picture.post_id == post_id)
        await session.execute(known.values(file_id=file_id, content=None))


async def lose(session: AsyncSession, delivery_id: int, posts: Sequence[int], now: datetime) -> None:
    """Telegram does not know these pictures any more: they are fetched again for whom this delivery owes them to."""
    anew = {"file_id": None, "requested_at": now, "claimed_at": None, "settled_at": None, "problem": None}
    await session.execute(update(Picture).where(Picture.post_id.in_(posts)).values(**anew))
    delivery = await session.get_one(Delivery, delivery_id)
    album = await session.scalar(select(Picture.album_id).where(Picture.post_id == posts[0]))
    delivery.notice = {"key": LATE, "params": {}}
    wish = insert_for(session, PictureWish).values(
        subscriber_id=delivery.subscriber_id, album_id=album, delivery_id=delivery_id
    )
    await session.execute(wish.on_conflict_do_nothing())
    await session.flush()


def _kind(post: Post) -> str | None:
    return next((kind for kind in KINDS if kind in post.media), None)


async def _parts(session: AsyncSession, head: Post) -> list[Post]:
    """The parts that have a picture, unless their channel protects them."""
    if (await session.get_one(Channel, head.channel_id)).protected:
        return []
    return [post for post in await albums.parts(session, head) if post.deleted_at is None and _kind(post)][:MOST]


async def _want(session: AsyncSession, post: Post, now: datetime) -> None:
    """Ask for the picture, again if it was asked for in vain; one that is there or under way stays."""
    anew = {"requested_at": now, "claimed_at": None, "settled_at": None, "problem": None}
    row = insert_for(session, Picture).values(
        post_id=post.id, album_id=post.album_id, kind=_kind(post), content=None, file_id=None, **anew
    )
    failed = Picture.settled_at.is_not(None) & Picture.content.is_(None) & Picture.file_id.is_(None)
    stale = Picture.settled_at.is_(None) & (Picture.requested_at < now - WAITING)
    await session.execute(row.on_conflict_do_update(index_elements=["post_id"], set_=anew, where=failed | stale))


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Picture.settled_at.is_(None), Picture.requested_at > now - WAITING


async def _are_settled(session: AsyncSession, album_id: int) -> bool:
    waiting = (Picture.album_id == album_id, Picture.settled_at.is_(None))
    return not await session.scalar(select(exists().where(*waiting)))


async def _tell(session: AsyncSession, album_id: int, now: datetime) -> None:
    """Have the first reader's message sent at once, and the others' when Telegram has the files."""
    found = bool(await ready(session, album_id))
    notice = {"key": SHOWN if found else NONE, "params": {"post": album_id} if found else {}}
    wishes = await session.scalars(select(PictureWish).where(PictureWish.album_id == album_id))
    for number, wish in enumerate(wishes.all()):
        owed = (Delivery.id == wish.delivery_id, Delivery.state == DeliveryState.DUE)
        due_at = now + SPREAD * bool(number)
        await session.execute(update(Delivery).where(*owed).values(notice=notice, due_at=due_at))
        await session.delete(wish)
    await session.flush()

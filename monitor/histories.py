"""Old posts on request: asked for by a person, pulled by the listener newest first, a page at a time; they alert nobody."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox
from monitor.errors import MonitorError
from monitor.models import Channel, History, Membership

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=365 * 20)

_DEPTH = re.compile(r"(\d{1,5})([hdw])")


class BadDepthError(MonitorError):
    """How far back old posts are wanted is written as 12h, 30d or 8w."""

    code = "bad_depth"


def depth(text: str) -> timedelta:
    """`12h`, `30d`, `8w` as a time. Raises BadDepthError."""
    match = _DEPTH.fullmatch(text.strip().lower())
    if match is None or not int(match[1]):
        raise BadDepthError(depth=text)
    return min(int(match[1]) * UNITS[match[2]], LONGEST)


async def request(
    session: AsyncSession, channel_id: int, since: datetime, now: datetime, subscriber_id: int | None = None
) -> History:
    """Ask for the posts that the channel made from `since` on; the subscriber is told when they are there."""
    history = History(channel_id=channel_id, since=since, subscriber_id=subscriber_id, requested_at=now)
    session.add(history)
    await session.flush()
    return history


async def next_for(session: AsyncSession, account: str) -> History | None:
    """The oldest request that is not settled, of the channels which this account reads."""
    mine = (Membership.channel_id == History.channel_id, Membership.account == account, Membership.joined)
    waiting = select(History).join(Membership, mine[0]).where(*mine, History.settled_at.is_(None))
    return await session.scalar(waiting.order_by(History.id).limit(1))


async def under_way(session: AsyncSession) -> dict[int, History]:
    """{channel id: request} of those that are not settled."""
    rows = await session.scalars(select(History).where(History.settled_at.is_(None)).order_by(History.id.desc()))
    return {history.channel_id: history for history in rows}


async def reach(session: AsyncSession, history_id: int, message_id: int, moment: datetime | None, posts: int) -> None:
    """Everything down to this message, made at that moment, is stored; it was so many posts more."""
    values = {"reached": message_id, "posts": History.posts + posts} | ({"reached_at": moment} if moment else {})
    await session.execute(update(History).where(History.id == history_id).values(values))


async def give_up(session: AsyncSession, channel_id: int, now: datetime) -> None:
    """Close the requests for a channel that cannot be read any more."""
    waiting = select(History.id).where(History.channel_id == channel_id, History.settled_at.is_(None))
    for history_id in (await session.scalars(waiting)).all():
        await settle(session, history_id, "history_failed", now)


async def settle(session: AsyncSession, history_id: int, outcome: str, now: datetime, **params: str) -> None:
    """Close a request; whoever asked is told `outcome`, a key of the locales."""
    history = await session.get_one(History, history_id, populate_existing=True)
    history.settled_at, history.outcome = now, outcome
    if history.subscriber_id is not None:
        channel = await session.get_one(Channel, history.channel_id)
        told = {"title": channel.title, "count": history.posts, **params}
        await outbox.enqueue_notice(session, history.subscriber_id, outcome, now, **told)
    await session.flush()

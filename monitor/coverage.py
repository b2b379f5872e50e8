"""How well each channel is covered: how far it is known, who found its posts (pushes or the listener), and whether it falls silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct, histories, usernames
from monitor.models import Channel, History, Membership, Post
from monitor.tables import CHANNELS

_REACHED = func.coalesce(bindparam("reached", type_=CHANNELS.c.pts.type), CHANNELS.c.pts)
_NOTE = {
    name: update(CHANNELS)
    .where(CHANNELS.c.id == bindparam("channel"))
    .values({"pts": _REACHED, name: CHANNELS.c[name] + bindparam("more")})
    for name in ("pushed", "found")
}


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as the list of chats shows it: its newest message id, its pts, what it is called, whether it may be copied from.

    `more`: further usernames.
    """

    top: int
    pts: int
    title: str
    username: str | None
    protected: bool
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """How a watched channel stands: when it posted last, which account reads it, and whether it has to look at it in turn.

    `history`: its old posts are being fetched.
    """

    channel: Channel
    last: datetime | None = None
    account: str | None = None
    polled: bool = False
    history: History | None = None

    @property
    def behind(self) -> int:
        """How many message ids lie between what is stored and the newest message: the lag."""
        return max(0, self.channel.top - self.channel.cursor)

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look at it."""
        return self.account is None or self.behind > 0 or self.channel.silent_since is not None


async def report(session: AsyncSession) -> list[Covered]:
    """The watched channels, by title."""
    newest = select(Post.date).where(Post.channel_id == Channel.id).order_by(Post.message_id.desc()).limit(1)
    rows = await session.execute(
        select(Channel, newest.correlate(Channel).scalar_subquery(), Membership.account, Membership.polled)
        .outerjoin(Membership, (Membership.channel_id == Channel.id) & Membership.joined)
        .where(Channel.watched)
        .order_by(func.lower(Channel.title), Channel.id)
    )
    wanted = await histories.under_way(session)
    return [Covered(row[0], row[1], row[2], bool(row[3]), wanted.get(row[0].id)) for row in rows]


async def note(session: AsyncSession, pts: Mapping[int, int], new: Mapping[int, int], *, pushed: bool) -> None:
    """Keep the pts up to which a channel's changes are stored, and count its new posts ({channel id: how many})."""
    counter = "pushed" if pushed else "found"
    for channel_id in pts.keys() | new.keys():
        filling = {"channel": channel_id, "reached": pts.get(channel_id), "more": new.get(channel_id, 0)}
        await direct.ask(session, _NOTE[counter], filling)


async def swept(session: AsyncSession, seen: Mapping[int, Line | None], now: datetime) -> None:
    """These channels were compared with Telegram; a channel with a line is how the line shows it, renamed perhaps."""
    if not seen:
        return
    await session.execute(update(Channel).where(Channel.id.in_(seen)).values(checked_at=now))
    names = {channel_id: (line.username, line.more) for channel_id, line in seen.items() if line is not None}
    await usernames.take_all(session, names)
    for channel_id, line in seen.items():
        if line is not None:
            shown = {"top": line.top, "title": line.title, "username": line.username, "protected": line.protected}
            differs = [getattr(Channel, name).is_distinct_from(value) for name, value in shown.items()]
            changed = update(Channel).where(Channel.id == channel_id, or_(*differs))
            await session.execute(changed.values(shown).execution_options(synchronize_session=False))

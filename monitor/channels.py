"""Which channels are watched. The bot asks through `watches`; the listener fulfils and answers."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox, usernames
from monitor.errors import MonitorError
from monitor.models import Channel, Membership, Subscriber, Watch
from monitor.query.syntax import parse
from monitor.query.tree import From, leaves
from monitor.upsert import insert_for

LEAVE = "leave "


LONGEST = 128
"""Characters of a name, or of a link by which to join."""
SHOWN = 40
_ID = re.compile(r"(?:-100|-)?[0-9]{1,15}")


class UnknownChannelError(MonitorError):
    """No watched channel has this name: see /channels."""

    code = "unknown_channel"


@dataclass(frozen=True, slots=True)
class Joined:
    """A channel as an account sees it after joining; `newest` is the id of its last message, 0 if it has none.

    `pts` is its state of changes then, None if that is not known. `polled`: the account is no member. `more`: further usernames.
    """

    id: int
    username: str | None
    title: str
    access_hash: int
    protected: bool = False
    newest: int = 0
    pts: int | None = None
    polled: bool = False
    more: tuple[str, ...] = ()


async def watched(session: AsyncSession) -> list[Channel]:
    """The channels that are watched, by title."""
    return list(await session.scalars(select(Channel).where(Channel.watched).order_by(func.lower(Channel.title))))


async def unwatched(session: AsyncSession, query: str) -> list[str]:
    """The @usernames after `from:` in this query that are those of no watched channel. Raises QuerySyntaxError."""
    named = dict.fromkeys(leaf.channel for leaf in leaves(parse(query).root) if isinstance(leaf, From))
    if not named:
        return []
    called = await usernames.ids_of(session, named)
    ids = {channel.id for channel in await watched(session)}
    return [f"@{name}" for name in named if ids.isdisjoint(called.get(name, ()))]


async def archived(session: AsyncSession, name: str) -> Channel:
    """The channel of this `@username` or link of which posts are stored, watched or not. Raises UnknownChannelError."""
    same = usernames.is_called(bare_name(name))
    channel = await session.scalar(select(Channel).where(same).order_by(Channel.watched.desc()).limit(1))
    if channel is None:
        raise UnknownChannelError(name=name)
    return channel


async def by_name(session: AsyncSession, name: str) -> Channel:
    """The watched channel of this `@username`, link, or id. Raises UnknownChannelError."""
    wanted = bare_name(name)
    number = id_of(wanted)
    condition = Channel.id == number if number is not None else usernames.is_called(wanted)
    channel = await session.scalar(select(Channel).where(condition, Channel.watched).limit(1))
    if channel is None:
        raise UnknownChannelError(name=name)
    return channel


def id_of(name: str) -> int | None:
    """The channel's id where its name is one: `-100…`, as bots are told it, or bare."""
    return int(name.removeprefix("-100") or name) if _ID.fullmatch(name) else None


def bare_name(target: str) -> str:
    """`@name`, `t.me/name`, `https://t.me/s/name` → `name`; anything else as it is, trimmed."""
    target = target.strip()
    for prefix in ("https://", "http://", "telegram.me/", "t.me/", "s/", "@"):
        target = target.removeprefix(prefix)
    return target.split("/")[0].split("?")[0] if not target.startswith(("+", "joinchat/")) else target


async def request_watch(
    session: AsyncSession, subscriber: Subscriber | None, target: str, now: datetime, *, since: datetime | None = None
) -> None:
    """Ask the listener to watch a channel, and to fetch its posts from `since` on; the subscriber is told the outcome by a notice.

    Raises UnknownChannelError for what is too long to be one.
    """
    if len(target.strip()) > LONGEST:
        raise UnknownChannelError(name=f"{target.strip()[:SHOWN]}…")
    asker = subscriber.id if subscriber else None
    session.add(Watch(target=target.strip(), subscriber_id=asker, requested_at=now, since=since))
    await session.flush()


async def request_unwatch(session: AsyncSession, subscriber: Subscriber | None, target: str, now: datetime) -> Channel:
    """Ask the listener to leave a watched channel; its posts stay. Raises UnknownChannelError."""
    channel = await by_name(session, target)
    await request_watch(session, subscriber, f"{LEAVE}{channel.id}", now)
    return channel


def to_leave(watch: Watch) -> int | None:
    """The id of the channel that is asked to be left, None if one is to be watched."""
    return int(watch.target.removeprefix(LEAVE)) if watch.target.startswith(LEAVE) else None


async def pending(session: AsyncSession) -> list[Watch]:
    """Requests that no listener has settled yet, oldest first."""
    return list(await session.scalars(select(Watch).where(Watch.settled_at.is_(None)).order_by(Watch.id)))


async def settle(session: AsyncSession, watch_id: int, outcome: str, now: datetime, **params: str) -> None:
    """Close a request; whoever asked is told `outcome`, a key of the locales."""
    watch = await session.get_one(Watch, watch_id)
    watch.settled_at, watch.outcome = now, outcome
    if watch.subscriber_id is not None:
        await outbox.enqueue_notice(session, watch.subscriber_id, outcome, now, **params)
    await session.flush()


async def join(session: AsyncSession, account: str, joined: Joined, now: datetime) -> None:
    """Watch the channel through this account alone. A channel seen before keeps its cursor, a new one starts at its newest message.

    So does one that is known from an export only: what it posted meanwhile is history, which alerts nobody.
    """
    await usernames.take(session, joined.id, joined.username, joined.more)
    seen = {"username": joined.username, "title": joined.title, "protected": joined.protected, "watched": True}
    first = {"cursor": joined.newest, "pts": joined.pts, "added_at": now}
    values = {"id": joined.id, "aliases": [name.lower() for name in joined.more] or None, **first, **seen}
    channel = insert_for(session, Channel).values(values)
    imported = and_(Channel.cursor == 0, Channel.watched.is_(False))
    kept = {name: case((imported, channel.excluded[name]), else_=getattr(Channel, name)) for name in ("cursor", "pts")}
    await session.execute(channel.on_conflict_do_update(index_elements=["id"], set_={**seen, **kept}))
    reach = {"access_hash": joined.access_hash, "joined": True, "polled": joined.polled, "refused": False}
    membership = insert_for(session, Membership).values(channel_id=joined.id, account=account, **reach)
    await session.execute(membership.on_conflict_do_update(index_elements=["channel_id", "account"], set_=reach))
    others = (Membership.channel_id == joined.id, Membership.account != account)
    await session.execute(update(Membership).where(*others).values(joined=False))


async def leave(session: AsyncSession, channel_id: int) -> None:
    """Stop watching; what is stored stays."""
    await session.execute(update(Channel).where(Channel.id == channel_id).values(watched=False))
    await session.execute(update(Membership).where(Membership.channel_id == channel_id).values(joined=False))

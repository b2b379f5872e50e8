"""What channels are called, and were called before: `from:@old` goes on finding a channel that was renamed.

Telegram sells further usernames for a channel that has one; they are kept as those that it had before are.
A name belongs to one channel: Telegram lets another take one that was given up, and then it means that one.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, func, or_, select, type_coerce, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Channel


class Names(NamedTuple):
    """A channel's username, and those it had before, in lower case."""

    username: str | None = None
    aliases: frozenset[str] = frozenset()

    @classmethod
    def of(cls, channel: Channel) -> "Names":
        """The names of a channel."""
        return cls(channel.username, frozenset(channel.aliases or ()))


def is_called(name: str) -> ColumnElement[bool]:
    """The Channel has this username, or had it."""
    return or_(_has(name), _had(name))


async def ids_of(session: AsyncSession, names: Collection[str]) -> dict[str, list[int]]:
    """{name: ids of the channels that have this username, or had it}, of names in lower case."""
    found: dict[str, list[int]] = {}
    called = select(Channel.id, Channel.username, Channel.aliases)
    now, once = called.where(func.lower(Channel.username).in_(names)), called.where(Channel.aliases.is_not(None))
    for channel_id, username, aliases in await session.execute(union(now, once)):
        for name in {*names}.intersection([(username or "").lower(), *(aliases or ())]):
            found.setdefault(name, []).append(channel_id)
    return found


async def names_of(session: AsyncSession, channel_ids: Collection[int]) -> dict[int, Names]:
    """{channel id: its names} of these channels."""
    rows = await session.scalars(select(Channel).where(Channel.id.in_(channel_ids)))
    return {channel.id: Names.of(channel) for channel in rows}


async def take_all(session: AsyncSession, seen: Mapping[int, tuple[str | None, Collection[str]]]) -> None:
    """Have channels that are stored be called as they are seen: {channel id: (username, further ones)}."""
    columns = select(Channel.id, Channel.username, Channel.aliases).where(Channel.id.in_(seen))
    for channel_id, before, aliases in (await session.execute(columns)).all():
        username, more = seen[channel_id]
        if username != before or {name.lower() for name in more}.difference(aliases or ()):
            await take(session, channel_id, username, more)


async def take(session: AsyncSession, channel_id: int, username: str | None, more: Collection[str] = ()) -> None:
    """A channel is about to be called so: what it was called stays its own, and what it is called is nobody else's.

    `more` are names that it has besides: they find it from now on.
    """
    for name in [username, *more]:
        if name:
            await _give_up(session, name.lower(), channel_id)
    channel = await session.get(Channel, channel_id, populate_existing=True)
    if channel is None:
        return
    before = channel.username if channel.username and channel.username.lower() != (username or "").lower() else None
    kept = [*_without(channel, username or ""), *(name.lower() for name in (before, *more) if name)]
    if set(kept) != set(channel.aliases or ()):
        channel.aliases = list(dict.fromkeys(kept)) or None
        await session.flush()


async def _give_up(session: AsyncSession, name: str, taker: int) -> None:
    """Nobody but the taker is, or was, called so; an imported channel, whose Telegram id is not known, may be the same one."""
    for channel in await session.scalars(select(Channel).where(_had(name))):
        channel.aliases = _without(channel, name) or None
    await session.flush()
    others = (_has(name), Channel.id > 0, Channel.id != taker)
    await session.execute(update(Channel).where(*others).values(username=None))


def _without(channel: Channel, name: str) -> list[str]:
    return [alias for alias in channel.aliases or () if alias != name.lower()]


def _has(name: str) -> ColumnElement[bool]:
    return func.lower(Channel.username) == name.lower()


def _had(name: str) -> ColumnElement[bool]:
    return type_coerce(Channel.aliases, Text).contains(f",{name.lower()},", autoescape=True)

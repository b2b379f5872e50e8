"""What Telegram and a channel's owner decide: names, ends of channels, bans of accounts."""

from __future__ import annotations

from sandbox.entities import Account, Channel
from sandbox.events import Changed, Registered
from sandbox.world import World


def rename(world: World, channel: Channel, *, title: str | None = None, username: str | None = None) -> None:
    """Gives a channel another title or username. ValueError if the username is taken."""
    taken = world.names.get((username or "").lower(), channel.id)
    if taken != channel.id:
        raise ValueError(f"{username} is taken")
    _forget(world, channel)
    channel.title, channel.username = title or channel.title, username or channel.username
    world.names[(channel.username or f"+{channel.title}").lower()] = channel.id
    world.tell(Changed(channel))


def make_private(world: World, channel: Channel) -> None:
    """Takes a channel's username away: who is no member sees it no more."""
    _forget(world, channel)
    channel.username = None
    world.names[f"+{channel.title}".lower()] = channel.id
    world.tell(Changed(channel))


def remove(world: World, channel: Channel) -> None:
    """Ends a channel for everybody. Its members hear of it, then there are none."""
    _forget(world, channel)
    channel.deleted = True
    world.tell(Changed(channel))
    for number in channel.members:
        world.accounts[number].joined.discard(channel.id)
    channel.members.clear()


def suspend(world: World, account: Account, *, banned: bool = True) -> None:
    """Bans an account from Telegram, or pardons it. Its sessions are the server's business."""
    account.banned = banned
    world.tell(Registered(account))


def _forget(world: World, channel: Channel) -> None:
    for name in [name for name, number in world.names.items() if number == channel.id]:
        del world.names[name]

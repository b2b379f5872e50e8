"""What happens in the world, as frozen records: subscribers, difference logs and the control stream all read these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.entities import Account, Channel, Post


@dataclass(frozen=True, slots=True)
class Posted:
    """A new post. `pts` is the channel's counter after the event."""

    channel: Channel
    post: Post
    pts: int


@dataclass(frozen=True, slots=True)
class Edited:
    """A post's text or entities changed."""

    channel: Channel
    post: Post
    pts: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """Posts are gone. `pts` counts each of them."""

    channel: Channel
    ids: tuple[int, ...]
    pts: int


@dataclass(frozen=True, slots=True)
class Viewed:
    """A post's number of views changed; takes no pts."""

    channel: Channel
    post: Post


@dataclass(frozen=True, slots=True)
class Reacted:
    """A post's reactions changed; takes no pts."""

    channel: Channel
    post: Post


@dataclass(frozen=True, slots=True)
class Joined:
    """An account became a member."""

    channel: Channel
    account_id: int


@dataclass(frozen=True, slots=True)
class Left:
    """An account is no member any more, of its own will or banned."""

    channel: Channel
    account_id: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A channel was added, got another name, or is no more; or an account's place in it changed without its doing."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Registered:
    """An account was added, or something about it changed."""

    account: Account


Logged = Posted | Edited | Deleted
ChannelEvent = Logged | Viewed | Reacted | Joined | Left | Changed
Event = ChannelEvent | Registered

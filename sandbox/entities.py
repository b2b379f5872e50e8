"""What the world consists of: accounts, channels, posts and their media."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.events import Deleted, Logged


@dataclass(slots=True, eq=False)
class Account:
    """A user of MTProto. `password` is the second factor, if any; `joined` holds channel ids; Telegram has `banned` it."""

    id: int
    phone: str
    first_name: str
    password: str | None = None
    premium: bool = False
    username: str | None = None
    banned: bool = False
    joined: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment. `kind`: photo, video, file, audio, poll, webpage. `data` are the bytes that a download yields."""

    kind: str
    data: bytes | None = None
    mime_type: str = "application/octet-stream"
    file_name: str | None = None
    width: int = 1280
    height: int = 720
    duration: int = 0
    url: str | None = None
    question: str | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded post came from: a channel's post, or only a name."""

    date: datetime
    channel_id: int | None = None
    message_id: int | None = None
    name: str | None = None


@dataclass(slots=True, eq=False)
class Post:
    """A message of a channel. `entities` have the Bot API's shape, offsets in UTF-16 units."""

    id: int
    channel_id: int
    date: datetime
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    media: Media | None = None
    grouped_id: int | None = None
    forward: Origin | None = None
    reply_to: int | None = None
    views: int = 1
    reactions: dict[str, int] = field(default_factory=dict)
    edit_date: datetime | None = None

    @property
    def origin(self) -> Origin:
        """Where a forward of it comes from."""
        return self.forward or Origin(self.date, self.channel_id, self.id)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, or a supergroup if `megagroup`. `id` is bare and positive. Differences come from `log`; `deleted`: it is no more.

    `collected` are further usernames that are active, as Telegram sells them; then it names all of them in one list.
    """

    id: int
    username: str | None
    title: str
    date: datetime
    noforwards: bool = False
    about: str = ""
    megagroup: bool = False
    invite: str = ""
    collected: list[str] = field(default_factory=list)
    deleted: bool = False
    members: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)
    posts: dict[int, Post] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    pts: int = 1
    last_id: int = 0
    changed: datetime | None = None

    @property
    def top(self) -> int:
        """Id of the newest post that still stands, 0 if there is none."""
        return max(self.posts, default=0) if self.last_id not in self.posts else self.last_id

    def hides_from(self, account: Account) -> bool:
        """Whether an account may know no more of it than its name."""
        outside = self.username is None and account.id not in self.members
        return self.deleted or outside or account.id in self.banned

    def versions(self, number: int) -> list[Post]:
        """What a post has been, the oldest first; also of one that stands no more."""
        told = (event.post for event in self.log if not isinstance(event, Deleted))
        return [post for post in told if post.id == number]

    def since(self, pts: int) -> list[Logged]:
        """Logged events after the counter `pts`, oldest first."""
        found = []
        for event in reversed(self.log):
            if event.pts <= pts:
                break
            found.append(event)
        return found[::-1]

    @staticmethod
    def weight(event: Logged) -> int:
        """How much an event moves pts."""
        return len(event.ids) if isinstance(event, Deleted) else 1

"""World: every account, channel and post of the loopback Telegram, and the events between them. Knows no protocol."""

from __future__ import annotations

import dataclasses
import itertools
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.entities import Account, Channel, Media, Origin, Post
from sandbox.events import Changed, Deleted, Edited, Event, Joined, Left, Posted, Reacted, Registered, Viewed

__all__ = ["Account", "Channel", "Media", "Origin", "Post", "World"]


def _now() -> datetime:
    return datetime.now(UTC)


class World:
    """The state both halves of the sandbox share. Synchronous, for one event loop; callbacks run at once."""

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self.clock = clock
        self.accounts: dict[int, Account] = {}
        self.channels: dict[int, Channel] = {}
        self.names: dict[str, int] = {}
        """Ids of channels by username, of private ones by + and title, in small letters."""
        self._callbacks: list[Callable[[Event], None]] = []
        self._groups = itertools.count(int(clock().timestamp() * 1000))  # also new after a restart

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `callback(event)` for everything that happens, until the returned function is called."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def add_account(
        self,
        phone: str,
        first_name: str,
        *,
        password: str | None = None,
        premium: bool = False,
        username: str | None = None,
        account_id: int | None = None,
    ) -> Account:
        """Registers a user. Idempotent by phone; the id follows from the phone, so that it survives a restart."""
        account_id = account_id or 500_000_000 + zlib.crc32(phone.encode()) % 400_000_000
        if account_id not in self.accounts:
            self.accounts[account_id] = Account(account_id, phone, first_name, password, premium, username)
            self.tell(Registered(self.accounts[account_id]))
        return self.accounts[account_id]

    def add_channel(
        self, username: str | None, title: str, *, noforwards: bool = False, about: str = "", megagroup: bool = False
    ) -> Channel:
        """Creates a channel, private if it has no username. Idempotent by username; the id follows from the name."""
        name = username or f"+{title}"
        if name.lower() in self.names:
            return self.channel(name)
        number = 1_000_000_000 + zlib.crc32(name.lower().encode()) % 1_000_000_000
        while number in self.channels:  # of a channel that has another name by now
            number += 1
        channel = Channel(number, username, title, self.clock(), noforwards, about, megagroup, invite=f"invite{number}")
        self.names[name.lower()] = number
        self.channels[number] = channel
        self.tell(Changed(channel))
        return channel

    def channel(self, name: str | int | Channel) -> Channel:
        """The channel of a username (with or without @), a bare id or the Bot API's -100… one. KeyError if unknown."""
        if isinstance(name, Channel):
            return name
        if isinstance(name, int):
            return self.channels[name if name > 0 else -name - 1_000_000_000_000]
        return self.channels[self.names[name.lstrip("@").lower()]]

    def publish(
        self,
        channel: str | int | Channel,
        text: str,
        *,
        entities: Iterable[dict[str, Any]] = (),
        media: Media | None = None,
        grouped_id: int | None = None,
        forward_from: Post | Origin | None = None,
        date: datetime | None = None,
        reply_to: int | None = None,
        message_id: int | None = None,
        views: int = 1,
        edit_date: datetime | None = None,
    ) -> Post:
        """Posts into a channel. Without `message_id` the next free id is taken. ValueError if that id is taken."""
        target = self.channel(channel)
        number = message_id or target.last_id + 1
        if number in target.posts:
            raise ValueError(f"{target.username} already has a post {number}")
        post = Post(number, target.id, date or self.clock(), text, tuple(entities), media, grouped_id)
        post.forward = forward_from.origin if isinstance(forward_from, Post) else forward_from
        post.reply_to, post.views, post.edit_date = reply_to, views, edit_date
        target.posts[number] = post
        target.last_id = max(target.last_id, number)
        target.pts += 1
        self._log(target, Posted(target, post, target.pts))
        return post

    def publish_album(
        self,
        channel: str | int | Channel,
        caption: str,
        photos: Sequence[bytes | Media],
        *,
        date: datetime | None = None,
    ) -> list[Post]:
        """Posts one album: a message per photo with a common `grouped_id`, the caption on the first."""
        group = next(self._groups)
        album = []
        for index, photo in enumerate(photos):
            media = photo if isinstance(photo, Media) else Media("photo", photo, "image/jpeg")
            album.append(self.publish(channel, "" if index else caption, media=media, grouped_id=group, date=date))
        return album

    def edit(
        self, channel: str | int | Channel, message_id: int, text: str, *, entities: Iterable[dict[str, Any]] = ()
    ) -> Post:
        """Changes a post's text. KeyError if the post does not stand."""
        target = self.channel(channel)
        # A new object: what a difference or a push has already described must not change behind it.
        post = dataclasses.replace(
            target.posts[message_id], text=text, entities=tuple(entities), edit_date=self.clock()
        )
        target.posts[message_id] = post
        target.pts += 1
        self._log(target, Edited(target, post, target.pts))
        return post

    def delete(self, channel: str | int | Channel, ids: int | Iterable[int]) -> list[int]:
        """Deletes posts; returns the ids that stood."""
        target = self.channel(channel)
        wanted = (ids,) if isinstance(ids, int) else ids
        gone = [number for number in wanted if target.posts.pop(number, None)]
        if gone:
            target.pts += len(gone)
            self._log(target, Deleted(target, tuple(gone), target.pts))
        return gone

    def react(self, channel: str | int | Channel, message_id: int, emoji: str, count: int) -> Post:
        """Sets how many people left `emoji` under a post."""
        target = self.channel(channel)
        post = target.posts[message_id]
        post.reactions[emoji] = count
        self.tell(Reacted(target, post))
        return post

    def view(self, channel: str | int | Channel, message_id: int, views: int) -> Post:
        """Sets a post's number of views."""
        target = self.channel(channel)
        post = target.posts[message_id]
        post.views = views
        self.tell(Viewed(target, post))
        return post

    def join(self, channel: str | int | Channel, account: Account) -> None:
        """Makes an account a member. PermissionError if the channel has banned it."""
        target = self.channel(channel)
        if account.id in target.banned:
            raise PermissionError(f"{account.first_name} is banned from {target.title}")
        if account.id not in target.members:
            target.members.add(account.id)
            account.joined.add(target.id)
            self.tell(Joined(target, account.id))

    def leave(self, channel: str | int | Channel, account: Account) -> None:
        """Ends a membership."""
        target = self.channel(channel)
        if account.id in target.members:
            target.members.discard(account.id)
            account.joined.discard(target.id)
            self.tell(Left(target, account.id))

    def ban(self, channel: str | int | Channel, account: Account) -> None:
        """Throws an account out and keeps it out."""
        target = self.channel(channel)
        target.banned.add(account.id)
        self.leave(target, account)
        self.tell(Changed(target))

    def unban(self, channel: str | int | Channel, account: Account) -> None:
        """Lets an account come back; it is no member by that."""
        target = self.channel(channel)
        target.banned.discard(account.id)
        self.tell(Changed(target))

    def _log(self, channel: Channel, event: Posted | Edited | Deleted) -> None:
        channel.log.append(event)
        channel.changed = self.clock()
        self.tell(event)

    def tell(self, event: Event) -> None:
        """Tells every callback of an event."""
        for callback in tuple(self._callbacks):
            callback(event)

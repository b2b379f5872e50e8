"""Viewpoint: the world as one account sees it, in Telegram's own types."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from telethon.tl import types

from sandbox.entities import Account, Channel, Post
from sandbox.events import ChannelEvent, Deleted, Edited, Posted, Reacted, Viewed
from sandbox.mtproto.attachment import attachment, entity
from sandbox.mtproto.refusal import Refusal
from sandbox.world import World


class Viewpoint:
    """Access hashes differ from account to account: one that leaks from another account's session is refused."""

    def __init__(self, world: World, account: Account, secret: bytes) -> None:
        self.world = world
        self.account = account
        self._secret = secret

    def access_hash(self, entity_id: int) -> int:
        """This account's access hash of a channel or user."""
        digest = sha256(self._secret + struct.pack("<qq", self.account.id, entity_id)).digest()
        return int(struct.unpack("<q", digest[:8])[0])

    def find_channel(self, peer: Any) -> Channel:
        """The channel an InputChannel or InputPeerChannel means. Refusal if hidden or its hash is wrong."""
        if not isinstance(peer, types.InputChannel | types.InputPeerChannel):
            raise Refusal(400, "CHANNEL_INVALID")
        channel = self.world.channels.get(peer.channel_id)
        if channel is None or peer.access_hash != self.access_hash(peer.channel_id):
            raise Refusal(400, "CHANNEL_INVALID")
        if channel.hides_from(self.account):
            raise Refusal(400, "CHANNEL_PRIVATE")
        return channel

    def user(self, account: Account) -> Any:
        """A user; oneself with the phone number."""
        oneself = account is self.account
        return types.User(
            account.id,
            is_self=oneself or None,
            access_hash=self.access_hash(account.id),
            first_name=account.first_name,
            username=account.username,
            phone=account.phone.lstrip("+") if oneself else None,
            premium=account.premium or None,
        )

    def channel(self, channel: Channel) -> Any:
        """A channel with this account's access hash; `left` unless a member. ChannelForbidden where it is hidden."""
        if channel.hides_from(self.account):
            kind = {"broadcast": not channel.megagroup or None, "megagroup": channel.megagroup or None}
            return types.ChannelForbidden(channel.id, self.access_hash(channel.id), channel.title, **kind)
        return types.Channel(
            channel.id,
            channel.title,
            types.ChatPhotoEmpty(),
            channel.date,
            left=self.account.id not in channel.members or None,
            broadcast=not channel.megagroup or None,
            megagroup=channel.megagroup or None,
            noforwards=channel.noforwards or None,
            access_hash=self.access_hash(channel.id),
            username=None if channel.collected else channel.username,
            usernames=_usernames(channel),
            participants_count=len(channel.members),
        )

    def message(self, post: Post) -> Any:
        """A post as a message of its channel."""
        channel = self.world.channels[post.channel_id]
        return types.Message(
            post.id,
            types.PeerChannel(post.channel_id),
            post.date,
            post.text,
            post=not channel.megagroup or None,
            noforwards=channel.noforwards or None,
            fwd_from=self._origin(post),
            reply_to=types.MessageReplyHeader(reply_to_msg_id=post.reply_to) if post.reply_to else None,
            media=attachment(post),
            entities=[entity(item) for item in post.entities] or None,
            views=post.views,
            forwards=0,
            edit_date=post.edit_date,
            grouped_id=post.grouped_id,
            reactions=self.reactions(post) if post.reactions else None,
        )

    def messages(self, channel: Channel, ids: Iterable[int]) -> list[Any]:
        """Messages by id; MessageEmpty for one that does not stand."""
        found = []
        for number in ids:
            post = channel.posts.get(number)
            found.append(self.message(post) if post else types.MessageEmpty(number, types.PeerChannel(channel.id)))
        return found

    def chats_of(self, posts: Iterable[Post], *channels: Channel) -> list[Any]:
        """The channels themselves and those that posts were forwarded from."""
        known = {channel.id: channel for channel in channels}
        for post in posts:
            origin = self.world.channels.get(post.forward.channel_id or 0) if post.forward else None
            if origin:
                known[origin.id] = origin
        return [self.channel(channel) for channel in known.values()]

    def update(self, event: ChannelEvent) -> Any:
        """An event as the update that tells of it; what else happens to a channel only names it."""
        if isinstance(event, Posted):
            return types.UpdateNewChannelMessage(self.message(event.post), event.pts, 1)
        if isinstance(event, Edited):
            return types.UpdateEditChannelMessage(self.message(event.post), event.pts, 1)
        if isinstance(event, Deleted):
            return types.UpdateDeleteChannelMessages(event.channel.id, list(event.ids), event.pts, len(event.ids))
        if isinstance(event, Viewed):
            return types.UpdateChannelMessageViews(event.channel.id, event.post.id, event.post.views)
        if isinstance(event, Reacted):
            peer = types.PeerChannel(event.channel.id)
            return types.UpdateMessageReactions(peer, event.post.id, self.reactions(event.post))
        return types.UpdateChannel(event.channel.id)

    def reactions(self, post: Post) -> Any:
        """The counts under a post."""
        counts = [types.ReactionCount(types.ReactionEmoji(emoji), n) for emoji, n in post.reactions.items() if n]
        return types.MessageReactions(counts)

    def dialog(self, channel: Channel) -> Any:
        """A channel as a line of the list of chats."""
        top, silence = channel.top, types.PeerNotifySettings()
        return types.Dialog(types.PeerChannel(channel.id), top, 0, 0, 0, 0, 0, 0, silence, pts=channel.pts)

    def _origin(self, post: Post) -> Any:
        origin = post.forward
        if origin is None:
            return None
        source = types.PeerChannel(origin.channel_id) if origin.channel_id else None
        return types.MessageFwdHeader(
            origin.date, from_id=source, from_name=origin.name, channel_post=origin.message_id
        )


def _usernames(channel: Channel) -> list[Any] | None:
    """All active ones, if there are several, the main one first (core.telegram.org/constructor/channel)."""
    if not channel.collected:
        return None
    return [types.Username(name, active=True) for name in [channel.username, *channel.collected] if name]

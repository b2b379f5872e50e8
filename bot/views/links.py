"""Addresses of channels and posts (core.telegram.org/api/links#message-links)."""

from monitor.models import Channel


def channel_link(channel: Channel) -> str | None:
    """The channel's address; None for one without a username, which only a link to a post can reach."""
    return f"https://t.me/{channel.username}" if channel.username else None


def post_link(channel: Channel, message_id: int) -> str:
    """The post's address; members alone can follow that of a channel without a username."""
    return f"https://t.me/{channel.username or f'c/{channel.id}'}/{message_id}"

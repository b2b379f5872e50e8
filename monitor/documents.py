"""Stored posts as the query language sees them."""

from monitor.models import Channel, Post
from monitor.query.document import Document


def document_of(post: Post, channel: Channel | None) -> Document:
    """The pure view of a stored post which queries are asked about; the index asks without the channel's name."""
    return Document(
        text=post.text,
        channel=channel.username if channel else None,
        language=post.language,
        media=frozenset(post.media),
        is_forward=post.forward is not None,
        is_edited=post.version > 1 or post.edited_at is not None,
        date=post.date,
        links=tuple(post.links),
    )

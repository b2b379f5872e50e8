"""Stored posts as the query language sees them."""

from collections.abc import Iterable

from monitor.models import Channel, Post
from monitor.query.document import Document


def document_of(post: Post, channel: Channel | None) -> Document:
    """The pure view of a stored post which queries are asked about; the index asks without the channel's name.

    The title of the page that a post links to is found like its own words.
    """
    return Document(
        text=f"{post.text}\n{post.preview}" if post.preview else post.text,
        channel=channel.username if channel else None,
        language=post.language,
        media=frozenset(post.media),
        is_forward=post.forward is not None,
        is_edited=post.version > 1 or post.edited_at is not None,
        date=post.date,
        links=tuple(post.links),
    )


def within(post: Post, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the spans that lie in the post's own text."""
    return [(start, min(end, len(post.text))) for start, end in spans if start < len(post.text)]

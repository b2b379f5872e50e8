"""Stored posts as the query language sees them."""

from collections.abc import Iterable

from monitor.incoming import IncomingPost, stored_text
from monitor.models import Post
from monitor.query.document import Document
from monitor.query.evaluation import Span
from monitor.usernames import Names


def document_of(post: Post, names: Names) -> Document:
    """The pure view of a stored post which queries are asked about; the index asks without the channel's names.

    The title of the page that a post links to is found like its own words.
    """
    return Document(
        text=f"{post.text}\n{post.preview}" if post.preview else post.text,
        channel=names.username,
        language=post.language,
        media=frozenset(post.media),
        is_forward=post.forward is not None,
        is_edited=post.version > 1 or post.edited_at is not None,
        date=post.date,
        links=tuple(post.links),
        aliases=names.aliases,
    )


def document_of_new(post: IncomingPost, names: Names, language: str | None) -> Document:
    """What `document_of` will say of a post once it is stored."""
    text, preview = stored_text(post.text), stored_text(post.preview or "")
    return Document(
        text=f"{text}\n{preview}" if preview else text,
        channel=names.username,
        language=language,
        media=frozenset(post.media),
        is_forward=post.forward is not None,
        is_edited=post.edit_date is not None,
        date=post.date,
        links=tuple(map(stored_text, post.links)),
        aliases=names.aliases,
    )


def within(post: Post, spans: Iterable[Span]) -> list[Span]:
    """Those of the spans that lie in the post's own text."""
    return within_text(post.text, spans)


def within_text(text: str, spans: Iterable[Span]) -> list[Span]:
    """The same for a text as it will be stored."""
    return [(start, min(end, len(text))) for start, end in spans if start < len(text)]

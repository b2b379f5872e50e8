"""What a query is asked about: one post's text and what filters may ask of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A post as the query language sees it.

    `channel` is a username without "@", `aliases` are those that it had before, in lower case; `media` holds
    words of `has:` (photo, video, file, poll); `links` are addresses that stand behind words of the text.
    """

    text: str
    channel: str | None = None
    language: str | None = None
    media: frozenset[str] = frozenset()
    is_forward: bool = False
    is_edited: bool = False
    date: datetime | None = None
    links: tuple[str, ...] = ()
    aliases: frozenset[str] = frozenset()

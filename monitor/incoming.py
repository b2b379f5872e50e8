"""A post as it arrives: what every source (listener, backfill, import) hands to `ingest`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def stored_text(text: str) -> str:
    """The text as it is stored: PostgreSQL has no NUL in text, and no database half a character (a surrogate without the other).

    The sign for it is as long in UTF-16 as what it stands for, so entities stay where they are.
    """
    text = text.replace("\x00", "")
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass(frozen=True, slots=True)
class IncomingPost:
    """One message of one channel, free of Telethon.

    `entities` are dicts in the Bot API's shape with offsets in UTF-16 units: `{"type": "bold", "offset": 0, "length": 4}`.
    `media` names kinds: photo, video, file, poll, link. `links` are addresses hidden behind text. `forward` is
    `{"channel_id"?, "message_id"?, "name"?, "date"}` of the origin. `edit_date` is the source's, None if never edited.
    `preview` is the title of the page that it links to. `views`, `forwards` and `reactions`
    ({emoji: how many}) are None where the source does not say.
    """

    channel_id: int
    message_id: int
    date: datetime
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    media: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    forward: dict[str, Any] | None = None
    grouped_id: int | None = None
    views: int | None = None
    edit_date: datetime | None = None
    preview: str | None = None
    forwards: int | None = None
    reactions: dict[str, int] | None = None

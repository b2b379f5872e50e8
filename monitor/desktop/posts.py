"""A message of an export → the post that ingest takes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.desktop.texts import Entity, flatten
from monitor.incoming import IncomingPost

VIDEOS = ("video_file", "video_message", "animation")
LARGEST_ID, LARGEST_COUNT = 1 << 63, 1 << 31


class UnreadableMessageError(ValueError):
    """A message that lacks its id or its date, or whose type this program does not know; it says which."""


class UnsupportedMessageError(UnreadableMessageError):
    """A message of which Telegram Desktop has exported nothing but the id, as it does not know its kind."""


def post_of(message: Any, channel_id: int) -> IncomingPost | None:
    """The post; None for a service message. Raises UnreadableMessageError, for some UnsupportedMessageError."""
    if not isinstance(message, dict):
        raise UnreadableMessageError("it is no object")
    match message.get("type"):
        case "service":
            return None
        case "unsupported":
            raise UnsupportedMessageError
        case "message":
            pass
        case kind:
            raise UnreadableMessageError(f"its type is {str(kind)[:20]!r}")
    text, entities = _text(message)
    return IncomingPost(
        channel_id=channel_id,
        message_id=_message_id(message.get("id")),
        date=_moment(message, "date"),
        text=text,
        entities=entities,
        media=tuple(dict.fromkeys(_media(message, entities))),
        links=tuple(dict.fromkeys(_links(message, entities))),
        forward=_forward(message),
        views=_views(message.get("views")),
        edit_date=_moment(message, "edited") if message.get("edited") or message.get("edited_unixtime") else None,
    )


def _message_id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < LARGEST_ID:
        raise UnreadableMessageError(f"its id is {str(value)[:20]!r}")
    return value


def _views(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_COUNT else None


def _moment(message: dict[str, Any], name: str) -> datetime:
    """`<name>_unixtime`, or else `<name>`, which is the time of the computer that exported: taken for this one's."""
    exact, local = message.get(f"{name}_unixtime"), message.get(name)
    try:
        if exact is not None:
            return datetime.fromtimestamp(int(exact), UTC)
        return datetime.fromisoformat(str(local)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise UnreadableMessageError(f"its date is {str(local if exact is None else exact)[:30]!r}") from None


def _text(message: dict[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """Older exports have `text` alone; `text_entities` says the same in parts only. A poll's words are its text."""
    text, entities = flatten(message.get("text_entities") or message.get("text"))
    poll = message.get("poll")
    if text or not isinstance(poll, dict):
        return text, entities
    answers = [answer.get("text") for answer in poll.get("answers") or () if isinstance(answer, dict)]
    return "\n".join(flatten(line)[0] for line in [poll.get("question"), *answers]), ()


def _media(message: dict[str, Any], entities: tuple[Entity, ...]) -> Iterator[str]:
    if "photo" in message:
        yield "photo"
    if message.get("media_type") in VIDEOS or ("file" in message and "video/" in str(message.get("mime_type"))):
        yield "video"
    elif "file" in message:
        yield "file"
    if "poll" in message:
        yield "poll"
    if any(entity["type"] in ("url", "text_link") for entity in entities):
        yield "link"


def _links(message: dict[str, Any], entities: tuple[Entity, ...]) -> Iterator[str]:
    yield from (entity["url"] for entity in entities if entity["type"] == "text_link")
    for row in message.get("inline_bot_buttons") or ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("type") == "url" and isinstance(button.get("data"), str):
                yield button["data"]


def _forward(message: dict[str, Any]) -> dict[str, Any] | None:
    """The origin, as far as the export names it: a channel's id, a name, or only that there was one."""
    if "forwarded_from" not in message and "forwarded_from_id" not in message:
        return None
    origin: dict[str, Any] = {}
    source = str(message.get("forwarded_from_id") or "")
    if source.startswith("channel") and source[7:].isdecimal():
        origin["channel_id"] = int(source[7:])
    if isinstance(message.get("forwarded_from"), str):
        origin["name"] = flatten(message["forwarded_from"])[0]
    return origin

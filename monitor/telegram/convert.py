"""A Telethon message becomes an `IncomingPost`: Telethon's types end here."""

from collections.abc import Iterator
from typing import Any

from telethon.tl import types

from monitor.incoming import IncomingPost
from monitor.telegram.entities import Entity, convert_entities
from monitor.telegram.richtext import rich_links, rich_text


def incoming_post(message: Any) -> IncomingPost | None:
    """The post that a message of a channel is, or None for service messages, empty ones and other chats.

    Channel ids are bare (no -100). An edit that Telegram hides (reactions, views) has no edit date.
    """
    if not isinstance(message, types.Message) or not isinstance(message.peer_id, types.PeerChannel):
        return None
    text = _text(message)
    entities = convert_entities(message.message, message.entities) if message.message else ()
    return IncomingPost(
        channel_id=message.peer_id.channel_id,
        message_id=message.id,
        date=message.date,
        text=text,
        entities=entities,
        media=_media(message, entities),
        links=_links(message, text, entities),
        forward=_forward(message.fwd_from),
        grouped_id=message.grouped_id,
        views=message.views,
        edit_date=None if message.edit_hide else message.edit_date,
        preview=_preview(message.media),
        forwards=message.forwards,
        reactions=_reactions(message.reactions),
    )


def _text(message: Any) -> str:
    if message.message:
        return str(message.message)
    if message.rich_message:
        return rich_text(message.rich_message)
    if isinstance(message.media, types.MessageMediaPoll):
        poll = message.media.poll
        return "\n".join([poll.question.text, *(answer.text.text for answer in poll.answers)])
    return ""


def _media(message: Any, entities: tuple[Entity, ...]) -> tuple[str, ...]:
    kinds = list(_kinds(message.media))
    if message.rich_message:
        kinds += ["photo"] * bool(message.rich_message.photos)
        kinds += [_document_kind(document) for document in message.rich_message.documents]
    if any(entity["type"] in ("url", "text_link") for entity in entities):
        kinds.append("link")
    return tuple(dict.fromkeys(kinds))


def _kinds(media: Any) -> Iterator[str]:
    match media:
        case types.MessageMediaPhoto():
            yield "photo"
        case types.MessageMediaDocument():
            yield "video" if media.video or media.round else _document_kind(media.document)
        case types.MessageMediaWebPage():
            yield "link"
        case types.MessageMediaPoll():
            yield "poll"
            yield from _kinds(media.attached_media)
        case types.MessageMediaPaidMedia():
            for part in media.extended_media:
                yield from _paid_kinds(part)


def _paid_kinds(part: Any) -> Iterator[str]:
    if isinstance(part, types.MessageExtendedMedia):
        yield from _kinds(part.media)
    else:
        yield "photo" if part.video_duration is None else "video"


def _document_kind(document: Any) -> str:
    attributes = getattr(document, "attributes", ())
    return "video" if any(isinstance(each, types.DocumentAttributeVideo) for each in attributes) else "file"


def _links(message: Any, text: str, entities: tuple[Entity, ...]) -> tuple[str, ...]:
    found = [entity["url"] for entity in entities if entity["type"] == "text_link"]
    if message.rich_message:
        found += rich_links(message.rich_message)
    page = getattr(message.media, "webpage", None)
    if isinstance(page, types.WebPage) and page.url not in text and page.display_url not in text:
        found.append(page.url)
    if isinstance(message.reply_markup, types.ReplyInlineMarkup):
        found += [url for row in message.reply_markup.rows for button in row.buttons if (url := _button_url(button))]
    return tuple(dict.fromkeys(found))


def _preview(media: Any) -> str | None:
    page = getattr(media, "webpage", None)
    return page.title or None if isinstance(page, types.WebPage) else None


def _reactions(found: Any) -> dict[str, int] | None:
    """{emoji: how many}; a custom emoji by its id, and stars as ⭐."""
    if found is None:
        return None
    return {_emoji(each.reaction): each.count for each in found.results}


def _emoji(reaction: Any) -> str:
    match reaction:
        case types.ReactionEmoji():
            return str(reaction.emoticon)
        case types.ReactionCustomEmoji():
            return str(reaction.document_id)
    return "⭐"


def _button_url(button: Any) -> str | None:
    return button.type.url if isinstance(button.type, types.InlineButtonTypeUrl) else None


def _forward(header: Any) -> dict[str, Any] | None:
    """The origin as plain JSON; `date` is ISO 8601."""
    if header is None:
        return None
    channel = header.from_id.channel_id if isinstance(header.from_id, types.PeerChannel) else None
    origin = {
        "channel_id": channel,
        "message_id": header.channel_post,
        "name": header.from_name or header.post_author,
        "date": header.date.isoformat() if header.date else None,
    }
    return {key: value for key, value in origin.items() if value is not None}

"""Attachments and entities of posts, in Telegram's own types."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

from sandbox.entities import Media, Post

PHOTO_SIZES = (("m", 320), ("x", 800), ("y", 1280))

_PLAIN = {
    "mention": types.MessageEntityMention,
    "hashtag": types.MessageEntityHashtag,
    "cashtag": types.MessageEntityCashtag,
    "bot_command": types.MessageEntityBotCommand,
    "url": types.MessageEntityUrl,
    "email": types.MessageEntityEmail,
    "phone_number": types.MessageEntityPhone,
    "bold": types.MessageEntityBold,
    "italic": types.MessageEntityItalic,
    "underline": types.MessageEntityUnderline,
    "strikethrough": types.MessageEntityStrike,
    "spoiler": types.MessageEntitySpoiler,
    "code": types.MessageEntityCode,
}


def entity(item: dict[str, Any]) -> Any:
    """One entity of the Bot API's shape as MTProto's. ValueError for an unknown type."""
    kind, offset, length = item["type"], item["offset"], item["length"]
    if kind in _PLAIN:
        return _PLAIN[kind](offset, length)
    if kind == "pre":
        return types.MessageEntityPre(offset, length, item.get("language", ""))
    if kind == "text_link":
        return types.MessageEntityTextUrl(offset, length, item["url"])
    if kind == "text_mention":
        return types.MessageEntityMentionName(offset, length, item["user"]["id"])
    if kind == "custom_emoji":
        return types.MessageEntityCustomEmoji(offset, length, int(item["custom_emoji_id"]))
    if kind == "date_time":
        return types.MessageEntityFormattedDate(offset, length, datetime.fromtimestamp(item["unix_time"], UTC))
    if kind in ("blockquote", "expandable_blockquote"):
        return types.MessageEntityBlockquote(offset, length, collapsed=kind != "blockquote")
    raise ValueError(f"unknown type of entity: {kind}")


def file_id(post: Post) -> int:
    """The id of a post's file: the channel above, the post below 32 bits."""
    return post.channel_id << 32 | post.id


def file_reference(post: Post) -> bytes:
    """What a download must show besides the id."""
    return b"ref%d" % post.id


def attachment(post: Post) -> Any:
    """The post's media, None if it has none."""
    media = post.media
    if media is None:
        return None
    if media.kind == "photo":
        return types.MessageMediaPhoto(photo=_photo(post, media))
    if media.kind == "poll":
        return _poll(post, media)
    if media.kind == "webpage":
        url = media.url or "https://example.org/"
        return types.MessageMediaWebPage(types.WebPage(file_id(post), url, url.split("://")[-1], 0))
    return types.MessageMediaDocument(document=_document(post, media), video=media.kind == "video" or None)


def _photo(post: Post, media: Media) -> Any:
    size = len(media.data or b"")
    sizes = []
    for name, width in PHOTO_SIZES:
        sizes.append(types.PhotoSize(name, width, max(1, media.height * width // media.width), size))
    return types.Photo(file_id(post), file_id(post), file_reference(post), post.date, sizes, 2)


def _document(post: Post, media: Media) -> Any:
    attributes: list[Any] = []
    if media.kind == "video":
        attributes.append(types.DocumentAttributeVideo(media.duration, media.width, media.height))
    if media.kind == "audio":
        attributes.append(types.DocumentAttributeAudio(media.duration))
    if media.file_name:
        attributes.append(types.DocumentAttributeFilename(media.file_name))
    number, size = file_id(post), len(media.data or b"")
    return types.Document(number, number, file_reference(post), post.date, media.mime_type, size, 2, attributes)


def _poll(post: Post, media: Media) -> Any:
    def plain(text: str) -> Any:
        return types.TextWithEntities(text, [])

    answers = [types.PollAnswer(plain(answer), b"%d" % index) for index, answer in enumerate(media.answers)]
    poll = types.Poll(file_id(post), plain(media.question or ""), answers, 0)
    return types.MessageMediaPoll(poll, types.PollResults(total_voters=0))

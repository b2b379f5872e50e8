"""Posts as the control interface takes and shows them."""

from __future__ import annotations

import struct
from typing import Any

from sandbox.control.reading import MistakeError, check, moment, require
from sandbox.mtproto.attachment import entity
from sandbox.world import Channel, Media, Origin, Post, World

PIXEL = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c"
    "20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f0000010501010101010100"
    "000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114"
    "328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a6364656667"
    "68696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4"
    "d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9"
)
"""A JPEG of one pixel: what stands for every picture whose bytes nobody has."""
KINDS = {
    "photo": Media("photo", PIXEL, "image/jpeg"),
    "video": Media("video", b"\x00" * 64, "video/mp4", "video.mp4", duration=7),
    "file": Media("file", b"%PDF-1.4\n", "application/pdf", "file.pdf"),
    "document": Media("file", b"%PDF-1.4\n", "application/pdf", "file.pdf"),
    "audio": Media("audio", b"ID3", "audio/mpeg", "audio.mp3", duration=7),
    "poll": Media("poll", question="?", answers=("+", "-")),
    "webpage": Media("webpage", url="https://example.org/"),
}


def publish(world: World, body: dict[str, Any]) -> Post:
    """Post what the body describes. Raises MistakeError."""
    require(body, "channel", "text")
    check(body, text=str, id=int, grouped_id=int, views=int, reply_to=int)
    target = channel(world, body["channel"])
    try:
        return world.publish(
            target,
            body["text"],
            entities=entities(body),
            media=_media(body.get("media")),
            grouped_id=body.get("grouped_id"),
            forward_from=_origin(world, body),
            date=moment(body.get("date")),
            message_id=body.get("id"),
            reply_to=body.get("reply_to"),
            views=body.get("views") or 1,
            edit_date=moment(body.get("edit_date")),
        )
    except ValueError as error:
        raise MistakeError(f"{error}.") from None


def entities(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The entities of a text, in the Bot API's shape. Raises MistakeError for one that no client could be told of."""
    check(body, entities=list)
    for item in body.get("entities") or ():
        try:
            bytes(entity(item))
        except (KeyError, TypeError, ValueError, AttributeError, struct.error) as error:
            raise MistakeError(f"{item!r} is no entity ({error}): write type, offset and length.") from None
    return body.get("entities") or []


def channel(world: World, name: Any) -> Channel:
    """The channel of a username or an id. Raises MistakeError."""
    try:
        return world.channel(int(name) if str(name).lstrip("-").isdecimal() else name)
    except (KeyError, AttributeError):
        raise MistakeError(f"There is no channel {name}: add it first.") from None


def standing(target: Channel, number: Any) -> Post:
    """The post of this id. Raises MistakeError where it does not stand."""
    post = target.posts.get(int(number)) if str(number).isdecimal() else None
    if post is None:
        raise MistakeError(f"{target.username} has no post {number}.")
    return post


def shown(target: Channel, post: Post) -> dict[str, Any]:
    """The post as the page and tests see it."""
    return {
        "channel": target.username,
        "title": target.title,
        "id": post.id,
        "date": post.date.isoformat(),
        "text": post.text,
        "entities": list(post.entities),
        "media": post.media.kind if post.media else None,
        "grouped_id": post.grouped_id,
        "views": post.views,
        "reactions": post.reactions,
        "forward": _shown_origin(post.forward) if post.forward else None,
        "edited": post.edit_date is not None,
    }


def _shown_origin(origin: Origin) -> dict[str, Any]:
    return {"channel_id": origin.channel_id, "message_id": origin.message_id, "name": origin.name}


def _media(kinds: Any) -> Media | None:
    """The first kind that the sandbox has; a link needs no attachment."""
    wanted = [kinds] if isinstance(kinds, str) else list(kinds or ())
    for kind in wanted:
        if kind not in KINDS and kind != "link":
            raise MistakeError(f"There is no media {kind!r}: choose from {', '.join(KINDS)}.")
    return next((KINDS[kind] for kind in wanted if kind in KINDS), None)


def _origin(world: World, body: dict[str, Any]) -> Post | Origin | None:
    if body.get("forward"):
        require(body["forward"], "channel", "id")
        return standing(channel(world, body["forward"]["channel"]), body["forward"]["id"])
    source = body.get("fwd_from")
    if not source:
        return None
    if isinstance(source, str):
        return Origin(world.clock(), name=source)
    date = moment(source.get("date")) or world.clock()
    return Origin(date, source.get("channel_id"), source.get("message_id"), source.get("name"))

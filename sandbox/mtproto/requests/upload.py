"""upload.*: the bytes of photos and files."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Post
from sandbox.mtproto.attachment import file_reference
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

PART_MAXIMUM = 1024 * 1024
routes = Routes()


def _find(call: Call, location: Any) -> Post:
    number = getattr(location, "id", 0)
    channel = call.server.world.channels.get(number >> 32)
    post = channel.posts.get(number & 0xFFFFFFFF) if channel else None
    if post is None or post.media is None or location.access_hash != number:
        raise Refusal(400, "LOCATION_INVALID")
    if location.file_reference != file_reference(post) or call.server.faults.take("file_reference_expired"):
        raise Refusal(400, "FILE_REFERENCE_EXPIRED")
    return post


@routes.on(functions.upload.GetFileRequest)
def get_file(call: Call, request: Any) -> Any:
    """A part of a file, at most 1 MB."""
    if not 0 < request.limit <= PART_MAXIMUM:
        raise Refusal(400, "LIMIT_INVALID")
    post = _find(call, request.location)
    data = post.media.data or b"" if post.media else b""
    part = data[request.offset : request.offset + request.limit]
    return types.upload.File(types.storage.FileJpeg(), int(post.date.timestamp()), part)

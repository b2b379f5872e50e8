"""Methods that send files, and find them again."""

from __future__ import annotations

import itertools
from typing import Any

from sandbox.botapi.call import CONTENTS, Call
from sandbox.botapi.messages import Message
from sandbox.botapi.parameters import Upload
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.text import CAPTION_LIMIT, prepared
from sandbox.files import StoredFile, image_size

MEGABYTE = 2**20
LIMITS = {"photo": 10 * MEGABYTE, "video": 50 * MEGABYTE, "document": 50 * MEGABYTE}
DOWNLOAD_LIMIT = 20 * MEGABYTE
ALBUM = range(2, 11)
LONGEST_RATIO, LONGEST_SIDES = 20, 10_000
_groups = itertools.count(13_500_000_000_000_000)


def send_photo(call: Call) -> Message:
    """A picture, new or by its file_id."""
    return _send(call, "photo")


def send_video(call: Call) -> Message:
    """A video, new or by its file_id. Nothing looks into it: its measures are the same for all."""
    return _send(call, "video")


def send_document(call: Call) -> Message:
    """A file, new or by its file_id."""
    return _send(call, "document")


def send_media_group(call: Call) -> list[Message]:
    """Two to ten pictures, videos or files as one album."""
    chat, wanted = call.open_chat(), call.get("media")
    if len(wanted) not in ALBUM:
        raise bad_request(
            "there must be from 2 to 10 media in the album"
            if len(wanted) > 1
            else "media group must have at least 2 items"
        )
    contents = [_content(call, item["type"], item["media"]) | _caption(item) for item in wanted]
    group = str(next(_groups))
    return [
        call.chats.send(call.bot, chat, media_group_id=group, **content, **call.place(chat)) for content in contents
    ]


def edit_message_media(call: Call) -> Message | bool:
    """Another picture or file in the bot's message."""
    item = call.get("media")
    chat, old = call.editable()
    emptied = dict.fromkeys((*CONTENTS, "entities", "caption", "caption_entities"))
    return call.change(chat, old, **{**emptied, **_content(call, item["type"], item["media"]), **_caption(item)})


def get_file(call: Call) -> dict[str, Any]:
    """Where a file is downloaded from."""
    file = call.chats.files.get(call.get("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return file.as_file() | {"file_path": file.path}


def _send(call: Call, kind: str) -> Message:
    chat = call.open_chat()
    content = _content(call, kind, call.get(kind)) | call.caption()
    return call.chats.send(call.bot, chat, **content, reply_markup=call.markup(), **call.place(chat))


def _caption(item: dict[str, Any]) -> dict[str, Any]:
    given = item.get("caption", ""), item.get("caption_entities"), item.get("parse_mode")
    text, entities = prepared(*given, CAPTION_LIMIT)
    return {"caption": text or None, "caption_entities": entities or None}


def _content(call: Call, kind: str, given: Any) -> dict[str, Any]:
    """The field of the message that shows the file."""
    if kind not in LIMITS:
        raise bad_request(f"this server has no media of type {kind}")
    file = _stored(call, kind, given)
    if kind == "photo":
        width, height = file.size
        return {"photo": [file.as_file() | {"width": width, "height": height}]}
    if kind == "video":
        return {"video": file.as_file() | {"width": 320, "height": 240, "duration": 1, "mime_type": file.media_type}}
    return {"document": file.as_file() | {"file_name": file.name, "mime_type": file.media_type}}


def _stored(call: Call, kind: str, given: Any) -> StoredFile:
    if isinstance(given, Upload):
        return _new(call, kind, given)
    file = call.chats.files.get(str(given))
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def _new(call: Call, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > LIMITS[kind]:
        if kind == "photo":
            raise bad_request("too big for a photo")
        raise RefusalError(413, "Request Entity Too Large")
    if kind != "photo":
        return call.chats.files.add(kind, upload.name, upload.content, upload.media_type)
    size = image_size(upload.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > LONGEST_SIDES or max(size) > LONGEST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return call.chats.files.add(kind, upload.name, upload.content, upload.media_type, size)

"""The words of a rich message: a tree of page blocks (layer 229) as plain lines of text.

A rich post may have an empty `message`; without this it could be neither matched nor found.
"""

from collections.abc import Iterator
from typing import Any

from telethon.tl import TLObject, types

# Fields that hold an address, a file or a button, not words of the post.
SILENT_FIELDS = frozenset({"old_text", "channel", "geo", "button", "buttons", "photo", "document"})
INLINE = ("Text",)


def rich_text(message: Any) -> str:
    """The text of a `RichMessage`, a line for each block, without formatting."""
    lines = (line for block in message.blocks for line in _lines(block))
    return "\n".join(line for line in lines if line.strip())


def rich_links(node: Any) -> Iterator[str]:
    """The addresses behind the text of a `RichMessage`, in reading order."""
    if isinstance(node, types.TextUrl):
        yield node.url
    for child in _children(node):
        yield from rich_links(child)


def _lines(block: Any) -> Iterator[str]:
    for child in _children(block):
        if _is_inline(child):
            yield _inline(child)
        else:
            yield from _lines(child)


def _inline(node: Any) -> str:
    if isinstance(node, types.TextPlain):
        return str(node.text)
    if isinstance(node, types.TextCustomEmoji):
        return str(node.alt)
    return "".join(_inline(child) for child in _children(node))


def _is_inline(node: Any) -> bool:
    return type(node).__name__.startswith(INLINE)


def _children(node: Any) -> Iterator[Any]:
    for name, value in vars(node).items():
        if name not in SILENT_FIELDS:
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, TLObject))

"""Rich messages: blocks within Telegram's limits; markup becomes paragraphs, headings and list items of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from sandbox.botapi.refusal import bad_request

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16
_BLOCK = re.compile(
    r"</?(?:p|h([1-6])|ul|ol|li|blockquote|pre|table|tr|details|summary|footer|aside|hr|br)\b[^>]*>|\n\n", re.I
)
_TAG = re.compile(r"<[^>]*>")
_LINE = re.compile(r"(#{1,6}) +(.*)", re.DOTALL)


def rich_message(given: dict[str, Any]) -> dict[str, Any]:
    """The RichMessage of an InputRichMessage. Raises RefusalError for one that is empty, too long or too deep."""
    blocks = [_shown(block) for block in given.get("blocks") or [*_from_html(given), *_from_markdown(given)]]
    found = list(_walk(blocks))
    if not found:
        raise bad_request("rich message is empty")
    if len(found) > MAX_BLOCKS or max(depth for depth, _ in found) > MAX_DEPTH:
        raise bad_request("rich message has too many blocks")
    if sum(length for _, length in found) > MAX_CHARACTERS:
        raise bad_request("rich message is too long")
    return {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})


def _from_html(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A block for each stretch between the tags of blocks; what marks words is dropped."""
    html, last, size = given.get("html", ""), 0, 0
    for tag in _BLOCK.finditer(html):
        yield from _block(unescape(_TAG.sub("", html[last : tag.start()])), size)
        last, size = tag.end(), int(tag[1] or 0) if not tag[0].startswith("</") else 0
    yield from _block(unescape(_TAG.sub("", html[last:])), size)


def _from_markdown(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for line in given.get("markdown", "").split("\n"):
        heading = _LINE.fullmatch(line)
        yield from _block(heading[2], len(heading[1])) if heading else _block(line, 0)


def _block(text: str, size: int) -> Iterator[dict[str, Any]]:
    """A heading of this size, or a paragraph if it is 0; nothing for nothing."""
    if text.strip():
        yield (
            {"type": "heading", "text": text.strip(), "size": size}
            if size
            else {"type": "paragraph", "text": text.strip()}
        )


def _shown(block: dict[str, Any]) -> dict[str, Any]:
    """A block as it comes back: the items of lists have labels."""
    shown = dict(block)
    if "blocks" in block:
        shown["blocks"] = [_shown(inner) for inner in block["blocks"]]
    if "items" in block:
        shown["items"] = [
            {**item, "blocks": [_shown(inner) for inner in item["blocks"]], "label": str(item.get("value", "•"))}
            for item in block["items"]
        ]
    return shown


def _walk(blocks: list[dict[str, Any]], depth: int = 1) -> Iterator[tuple[int, int]]:
    """(depth, characters of its own) of every block."""
    for block in blocks:
        yield depth, _characters(block.get("text")) + _characters(block.get("summary"))
        yield from _walk(block.get("blocks", []), depth + 1)
        for item in block.get("items", ()):
            yield from _walk(item["blocks"], depth + 1)


def _characters(text: Any) -> int:
    if isinstance(text, str):
        return len(text)
    if isinstance(text, list):
        return sum(map(_characters, text))
    return _characters(text.get("text")) if isinstance(text, dict) else 0

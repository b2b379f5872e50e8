"""Rich messages: blocks as they are sent, within Telegram's limits; markup becomes paragraphs of its text."""

from collections.abc import Iterator
from typing import Any

from sandbox.botapi.html import parse_html
from sandbox.botapi.refusal import bad_request

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16


def rich_message(given: dict[str, Any]) -> dict[str, Any]:
    """The RichMessage of an InputRichMessage. Raises RefusalError for one that is empty, too long or too deep."""
    blocks = given.get("blocks") or [*_paragraphs(given.get("html"), given.get("markdown"))]
    found = list(_walk(blocks))
    if not found:
        raise bad_request("rich message is empty")
    if len(found) > MAX_BLOCKS or max(depth for depth, _ in found) > MAX_DEPTH:
        raise bad_request("rich message has too many blocks")
    if sum(length for _, length in found) > MAX_CHARACTERS:
        raise bad_request("rich message is too long")
    return {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})


def _paragraphs(html: str | None, markdown: str | None) -> Iterator[dict[str, Any]]:
    text = parse_html(html)[0] if html else markdown or ""
    for line in text.split("\n"):
        if line.strip():
            yield {"type": "paragraph", "text": line.strip()}


def _walk(blocks: Any, depth: int = 1) -> Iterator[tuple[int, int]]:
    """(depth, characters of its own) of every block."""
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict) or "type" not in block:
            raise bad_request("can't parse rich message block")
        yield depth, _characters(block.get("text")) + _characters(block.get("summary"))
        yield from _walk(block.get("blocks"), depth + 1)
        for item in block.get("items") or ():
            yield from _walk(item.get("blocks"), depth + 1)


def _characters(text: Any) -> int:
    if isinstance(text, str):
        return len(text)
    if isinstance(text, list):
        return sum(map(_characters, text))
    return _characters(text.get("text")) if isinstance(text, dict) else 0

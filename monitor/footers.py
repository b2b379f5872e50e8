"""A post without its footer: the lines at its end that say where to subscribe and where to send news."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

MOST_LINES = 3
LINKED = 0.6  # of the letters of a footer's line
SIGNS = ("](", "://", "@", "t.me/")
"""One of them is in every link; looking for them is ten times as fast as for links."""
LINKS = frozenset({"text_link", "url", "mention"})
Stretch = tuple[int, int]

# Each way begins with a letter of its own: so `re` looks only where one of these stands.
_LINK = re.compile(r"!\[[^\]\n]*\]\([^)\s]*\)|\[[^\]\n]*\]\([^)\s]*\)|https?://\S+|@(?<!\w@)\w{4,}|t(?<!\wt)\.me/\S+")
_ADDRESS = re.compile(r"\]\([^)\s]*\)")
_LETTER, _LETTERS = re.compile(r"\w"), re.compile(r"\w+")


def without_footer(text: str, entities: Iterable[dict[str, Any]] = ()) -> str:
    """The text without its last lines that are mostly links; a longer row of such lines is a list, and stays.

    `entities` are in the Bot API's shape; links may also stand in the text as they are, or as Markdown writes them.
    """
    linked = _linked(text, entities)
    if not linked and not any(map(text.__contains__, SIGNS)):
        return text
    end, footer = len(text), 0
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if _LETTER.search(line) and not _is_footer(line, start, linked):
            break
        footer += bool(line.strip())
        end = start - 1
    return text if footer > MOST_LINES else text[: max(end, 0)]


def _is_footer(line: str, start: int, linked: Sequence[Stretch]) -> bool:
    stretches = [hit.span() for hit in _LINK.finditer(line)] if any(map(line.__contains__, SIGNS)) else []
    stretches += [(first - start, last - start) for first, last in linked if first < start + len(line) and last > start]
    if not stretches:
        return False
    shown = _ADDRESS.sub(lambda hit: " " * len(hit[0]), line)  # what a reader sees, in its place
    letters = _letters(shown)
    if sum(last - first for first, last in stretches) < LINKED * letters:
        return False
    beside, end = "", 0
    for first, last in sorted(stretches):
        beside += shown[end : max(first, 0)]
        end = max(end, last)
    return _letters(beside + shown[end:]) <= (1 - LINKED) * letters


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(text)))


def _linked(text: str, entities: Iterable[dict[str, Any]]) -> list[Stretch]:
    """Characters [start, end) of the text that lead somewhere."""
    found = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities if entity["type"] in LINKS]
    if not found or text.isascii():
        return found
    units = text.encode("utf-16-le", "surrogatepass")
    return [(_characters(units[: 2 * start]), _characters(units[: 2 * end])) for start, end in found]


def _characters(units: bytes) -> int:
    return len(units.decode("utf-16-le", "replace"))

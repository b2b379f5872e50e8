"""Formatted stretches of a text, counted in characters, and kept in the order Telegram accepts.

Telegram counts entities in UTF-16 units (core.telegram.org/api/entities#entity-length), may hand over offsets that fit
no character, and accepts entities only if any two are nested or apart.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

CODE = frozenset({"code", "pre"})


@dataclass(frozen=True, slots=True)
class Span:
    """A formatted stretch, from `start` up to `end` in characters; `details` are the entity's other fields."""

    start: int
    end: int
    type: str
    details: dict[str, Any] = field(default_factory=dict)


def utf16_offsets(text: str) -> list[int]:
    """The offset of each character in UTF-16 units, and last the length of the whole."""
    if len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return list(range(len(text) + 1))
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))


def spans_of(text: str, entities: Iterable[dict[str, Any]]) -> list[Span]:
    """Entities in the Bot API's shape as spans; clipped to the text, whole characters, and the unusable left out."""
    offsets = utf16_offsets(text)
    found = (_span(offsets, entity) for entity in entities)
    return [span for span in found if span is not None]


def clip(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """What of the spans lies within text[start:end], counted from `start`."""
    moved = (replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start) for span in spans)
    return [span for span in moved if span.start < span.end]


def embolden(spans: Sequence[Span], stretches: Iterable[tuple[int, int]], size: int) -> list[Span]:
    """The spans, and these stretches of a text of `size` characters in bold; not in code, which may hold nothing."""
    others = [span for span in spans if span.type != "bold"]
    bold = [(span.start, span.end) for span in spans if span.type == "bold"]
    bold += [(max(start, 0), min(end, size)) for start, end in stretches]
    code = [(span.start, span.end) for span in spans if span.type in CODE]
    return others + [Span(start, end, "bold") for start, end in _subtract(_union(bold), _union(code))]


def nested(spans: Iterable[Span]) -> list[Span]:
    """The same formatting with crossing spans split, so that any two are nested or apart; outer ones first."""
    waiting = sorted(spans, key=_outer_first)
    done: list[Span] = []
    open_ends: list[int] = []
    while waiting:
        span = waiting.pop(0)
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        if open_ends and span.end > open_ends[-1]:
            waiting.append(replace(span, start=open_ends[-1]))
            waiting.sort(key=_outer_first)
            span = replace(span, end=open_ends[-1])
        open_ends.append(span.end)
        done.append(span)
    return done


def _outer_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _span(offsets: Sequence[int], entity: dict[str, Any]) -> Span | None:
    details = dict(entity)
    kind, first, length = details.pop("type", None), details.pop("offset", None), details.pop("length", None)
    if not isinstance(kind, str) or not isinstance(first, int) or not isinstance(length, int):
        return None
    start, end = max(first, 0), min(first + length, offsets[-1])
    if start >= end:
        return None
    return Span(bisect_right(offsets, start) - 1, bisect_left(offsets, end), kind, details)


def _union(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _subtract(stretches: Iterable[tuple[int, int]], holes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    left: list[tuple[int, int]] = []
    for start, end in stretches:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if start < hole_start:
                left.append((start, hole_start))
            start = hole_end
        if start < end:
            left.append((start, end))
    return left

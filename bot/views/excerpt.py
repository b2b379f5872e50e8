"""The part of a post that shows what matched."""

from collections.abc import Sequence

from bot.views.changes import compare, draw
from bot.views.draft import Draft, cut
from bot.views.spans import clip, embolden

LEAD = 80  # characters shown before the first match


def excerpt(text: str, spans: Sequence[tuple[int, int]], limit: int) -> Draft:
    """About `limit` UTF-16 units of the text in one line, from shortly before the first of the spans, which are bold."""
    text = text.replace("\n", " ")
    first = min((start for start, _ in spans), default=0)
    start = 0 if first <= LEAD else text.find(" ", first - LEAD, first) + 1 or first
    end = start + cut(text[start:], limit)
    bold = embolden([], spans, len(text))
    draft = Draft().add("… " if start else "")
    return draft.add(text[start:end], spans=clip(bold, start, end)).add(" …" if end < len(text) else "")


def excerpt_since(text: str, old: str | None, spans: Sequence[tuple[int, int]], limit: int) -> Draft:
    """The same, but what an edit has changed in it, if `old` is what the reader was shown and the two can be compared."""
    line = text.replace("\n", " ")
    changes = compare(old.replace("\n", " "), line) if old is not None else None
    return draw(changes, embolden([], spans, len(text)), limit) if changes is not None else excerpt(text, spans, limit)

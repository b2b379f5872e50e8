"""The part of a post that shows what matched."""

from collections.abc import Sequence

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

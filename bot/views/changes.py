"""What an edit has changed in a text: what is new underlined, what is gone struck through."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.views.draft import LIMIT, Draft, shorten
from bot.views.spans import Span, clip
from bot.views.subsequence import Pairs, common

SIMILAR = 0.4  # of the words; what shares less was written anew
MOST_CHANGED = 30  # stretches; of more, all from the first to the last counts as changed
MOST_MARKS = 70  # stretches of formatting; beyond them the post's own is left out
AROUND = (8, 3, 1)  # words shown on each side of a change where the whole does not fit; fewer where those do not
GONE_LIMIT = 300  # UTF-16 units shown there of what is gone, and at most a third of all
_WORD = re.compile(r"\S+\s*|\s+")


class Stretch(NamedTuple):
    """A part of the new text; `gone` stood there before, None where nothing was changed."""

    text: str
    gone: str | None = None


@lru_cache(maxsize=64)  # very many readers may be shown the same edit, one after another
def compare(old: str, new: str) -> tuple[Stretch, ...] | None:
    """The new text in stretches; None where no word was changed, or it has too little in common with the old one."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pairs = common([word.strip() for word in before], [word.strip() for word in after])
    if 2 * len(pairs) < SIMILAR * (len(before) + len(after)):
        return None
    stretches = tuple(_stretches(before, after, pairs))
    changed = sum(stretch.gone is not None for stretch in stretches)
    if changed > MOST_CHANGED:
        stretches = tuple(_stretches(before, after, _ends(pairs, len(before), len(after))))
    return stretches if changed else None


def draw(stretches: Sequence[Stretch], spans: Sequence[Span] = (), limit: int = LIMIT) -> Draft:
    """Both texts in one, with the formatting `spans` of the new one; only what was changed if `limit` UTF-16 units hold no more."""
    is_short = sum(len(text) + len(gone or "") for text, gone in stretches) > limit
    arounds = AROUND if is_short else (None, *AROUND)
    draft = _drawn(stretches, spans, limit, arounds[0])
    if draft.marks > MOST_MARKS:
        draft, spans = _drawn(stretches, (), limit, arounds[0]), ()
    for around in arounds[1:]:
        if draft.size <= limit:
            return draft
        draft = _drawn(stretches, spans, limit, around)
    return draft.shortened(limit)


def _stretches(before: Sequence[str], after: Sequence[str], pairs: Pairs) -> Iterator[Stretch]:
    start = place = 0  # in `after`: of what is unchanged, of the next word
    for (one, _), (next_one, next_place) in pairwise([(-1, -1), *pairs, (len(before), len(after))]):
        gone = "".join(before[one + 1 : next_one])
        if gone or place < next_place:
            if start < place:
                yield Stretch("".join(after[start:place]))
            yield Stretch("".join(after[place:next_place]), gone)
            start = next_place
        place = next_place + 1
    if start < len(after):
        yield Stretch("".join(after[start:]))


def _ends(pairs: Pairs, before: int, after: int) -> Pairs:
    """Of pairs of words those that stand before and after all changes."""
    shift, other_shift = before - len(pairs), after - len(pairs)
    return [pair for place, pair in enumerate(pairs) if pair in ((place, place), (shift + place, other_shift + place))]


def _drawn(stretches: Sequence[Stretch], spans: Sequence[Span], limit: int, around: int | None) -> Draft:
    """Up to where it is longer than `limit`; of what is unchanged so many words `around` a change, None: all."""
    draft, place, last = Draft(), 0, len(stretches) - 1
    for number, (text, gone) in enumerate(stretches):
        if draft.size > limit:
            break
        if gone is None:
            shown = (
                [(0, len(text))] if around is None else _around(text, around, after=number > 0, before=number < last)
            )
            _keep(draft, text, shown, clip(spans, place, place + len(text)))
        else:
            _strike(draft, gone if around is None else shorten(gone, min(GONE_LIMIT, limit // 3)))
            words = text.rstrip()
            draft.add(words, "underline", spans=clip(spans, place, place + len(words))).add(text[len(words) :])
        place += len(text)
    return draft


def _around(text: str, count: int, *, after: bool, before: bool) -> list[tuple[int, int]]:
    """What to show of an unchanged text, [start, end): so many words after a change, and before one."""
    words = [word.span() for word in _WORD.finditer(text)]
    if len(words) <= count * (after + before):
        return [(0, len(text))]
    first, last = [(0, words[count - 1][1])], [(words[-count][0], len(text))]
    return first * after + last * before


def _keep(draft: Draft, text: str, shown: Sequence[tuple[int, int]], spans: Sequence[Span]) -> None:
    place = 0
    for start, end in shown:
        draft.add("… " if place < start else "").add(text[start:end], spans=clip(spans, start, end))
        place = end
    draft.add("…" if place < len(text) else "")


def _strike(draft: Draft, gone: str) -> None:
    """Only words are struck through, not the space after them."""
    if words := gone.rstrip():
        draft.add(words, "strikethrough").add(gone[len(words) :] or " ")

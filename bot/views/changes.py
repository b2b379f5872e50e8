"""What an edit has changed in a text: what is new underlined, what is gone struck through."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.views.draft import Draft
from bot.views.spans import Span, clip

SIMILAR = 0.4  # of the words; what shares less was written anew
_WORD = re.compile(r"\S+\s*|\s+")


def changes(old: str, new: str, spans: Sequence[Span] = ()) -> Draft | None:
    """Both texts in one, with the formatting `spans` of the new one; None where they have too little in common to be compared."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, [word.strip() for word in before], [word.strip() for word in after], autojunk=False)
    if matcher.ratio() < SIMILAR:
        return None
    draft, place = Draft(), 0
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind in ("delete", "replace"):
            _strike(draft, "".join(before[start:end]))
        kept = "".join(after[new_start:new_end])
        marks = ("underline",) if kind in ("insert", "replace") else ()
        draft.add(kept.rstrip(), *marks, spans=clip(spans, place, place + len(kept.rstrip())))
        draft.add(kept[len(kept.rstrip()) :])
        place += len(kept)
    return draft


def _strike(draft: Draft, gone: str) -> None:
    """Only words are struck through, not the space after them."""
    words = gone.rstrip()
    draft.add(words, "strikethrough").add(gone[len(words) :] or " ")

"""Users' regular expressions: RE2, linear in the text, with Unicode meanings for \\w \\d \\s \\b.

RE2's own classes are ASCII only (github.com/google/re2/wiki/Syntax), so they are rewritten before it compiles them. A
word boundary has no Unicode form in RE2: it stays only at an edge of the pattern, where the match is checked by hand.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

MAX_MEMORY = 1 << 20  # bytes for one pattern
MAX_HITS = 100  # spans shown for one pattern

_CLASSES = {"w": r"\pL\pM\pN_", "d": r"\p{Nd}", "s": r"\s\x{85}\x{A0}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{3000}"}
_NEGATED = {"W": "w", "D": "d", "S": "s"}


class PatternError(ValueError):
    """RE2 refuses this pattern."""


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern with the word boundaries at its two ends."""

    expression: Any
    starts_word: bool
    ends_word: bool

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where it matches, in characters; at most `limit` places."""
        found: list[tuple[int, int]] = []
        for hit in self.expression.finditer(text):
            start, end = hit.span()
            if self._stands(text, start, end):
                found.append((start, end))
                if len(found) >= limit:
                    break
        return found

    def _stands(self, text: str, start: int, end: int) -> bool:
        return not (self.starts_word and not _is_edge(text, start)) and not (self.ends_word and not _is_edge(text, end))


@lru_cache(maxsize=4096)
def compiled(source: str) -> CompiledPattern:
    """The pattern, letter case ignored. Raises PatternError."""
    body = source.replace("\\/", "/")
    starts = body.startswith(r"\b")
    body = body[2:] if starts else body
    ends = re.search(r"(?<!\\)(?:\\\\)*\\b$", body) is not None
    body = body[:-2] if ends else body
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return CompiledPattern(re2.compile(_unicode(body), options), starts, ends)
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(str(error)) from error


def _unicode(body: str) -> str:
    """The pattern with Unicode classes in place of ASCII ones, inside and outside of brackets."""
    parts: list[str] = []
    inside = False
    position = 0
    while position < len(body):
        char = body[position]
        if char == "\\" and position + 1 < len(body):
            parts.append(_class(body[position + 1], inside))
            position += 2
            continue
        if inside and char == "[" and body.startswith("[:", position):
            end = body.find(":]", position)
            if end > 0:
                parts.append(body[position : end + 2])
                position = end + 2
                continue
        inside = (inside and char != "]") or (not inside and char == "[")
        parts.append(char)
        position += 1
    return "".join(parts)


def _class(letter: str, inside: bool) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter in _NEGATED and not inside:
        return f"[^{_CLASSES[_NEGATED[letter]]}]"
    if letter in ("b", "B", "C"):
        raise PatternError("a word boundary may stand only at an end of the pattern")
    return "\\" + letter


def _is_edge(text: str, at: int) -> bool:
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    after = at < len(text) and (text[at].isalnum() or text[at] == "_")
    return before != after

"""Users' regular expressions: RE2, linear in the text, with Unicode meanings for \\w \\d \\s \\b.

RE2's own classes are ASCII only (github.com/google/re2/wiki/Syntax), so they are rewritten before it compiles them. A
word boundary has no Unicode form in RE2: it stays only at an edge of an alternative, where the match is checked by hand.
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
_PIECE = re.compile(
    r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|.)"  # an escape
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"  # a class
    r"|[*+?]\??|\{\d+(?:,\d*)?\}\??"  # how often the piece before it
    r"|.",
    re.DOTALL,
)
_LITERAL = 2  # letters of a literal that are enough to look patterns up by


class PatternError(ValueError):
    """RE2 refuses this pattern."""


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """The alternatives of a pattern."""

    alternatives: tuple["Alternative", ...]

    def matches(self, text: str, encoded: bytes) -> bool:
        """Whether any of them matches; `encoded` is the text in UTF-8."""
        return any(alternative.matches(text, encoded) for alternative in self.alternatives)

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where any of them matches, in characters, ascending; at most `limit` places of each."""
        return sorted(span for alternative in self.alternatives for span in alternative.spans(text, limit))


@dataclass(frozen=True, slots=True)
class Alternative:
    """An expression without "|" outside of brackets, with the word boundaries at its two ends."""

    expression: Any
    starts_word: bool
    ends_word: bool

    def matches(self, text: str, encoded: bytes) -> bool:
        """Whether it matches; `encoded` is the text in UTF-8."""
        if self.expression.search(encoded) is None:
            return False
        return not (self.starts_word or self.ends_word) or bool(self.spans(text, limit=1))

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
    return CompiledPattern(tuple(map(_alternative, _alternatives(source.replace("\\/", "/")))))


def literals(source: str) -> list[str] | None:
    """Runs of letters and digits, case-folded, of which every match contains one; None if none are known."""
    found = [_literal(body) for body in _alternatives(source.replace("\\/", "/"))]
    known = [run for run in found if run is not None]
    return known if len(known) == len(found) else None


def _literal(body: str) -> str | None:
    """The longest run of letters and digits that every match of one alternative contains."""
    if "\\Q" in body:
        return None
    runs, depth = [""], 0
    for piece in _PIECE.findall(body):
        depth += (piece == "(") - (piece == ")")
        if piece[0] in "*+?{" and len(runs[-1]):
            runs[-1] = runs[-1][:-1]
        runs = [*runs[:-1], runs[-1] + piece] if depth == 0 and piece.isalnum() else [*runs, ""]
    longest = max(runs, key=len).casefold()
    return longest if len(longest) >= _LITERAL else None


def _alternatives(body: str) -> list[str]:
    """The pattern cut at every "|" outside of brackets; whole if it quotes with \\Q, which hides what is special."""
    if "\\Q" in body:
        return [body]
    parts, depth = [""], 0
    for piece in _PIECE.findall(body):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _alternative(body: str) -> Alternative:
    starts = body.startswith(r"\b")
    body = body[2:] if starts else body
    ends = re.search(r"(?<!\\)(?:\\\\)*\\b$", body) is not None
    body = body[:-2] if ends else body
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return Alternative(re2.compile(_unicode(body), options), starts, ends)
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

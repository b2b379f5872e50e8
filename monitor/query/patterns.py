"""Users' regular expressions: RE2, linear in the text, with Unicode meanings for \\w \\d \\s \\b.

RE2's own classes are ASCII only (github.com/google/re2/wiki/Syntax), so they are rewritten before it compiles them. A
word boundary has no Unicode form in RE2: it stays only at an edge of an alternative, where the match is checked by hand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import re2

MAX_MEMORY = 1 << 20  # bytes for one pattern
MAX_HITS = 100  # spans shown for one pattern
MAX_TRIES = 500  # places looked at for one pattern with word boundaries

_CLASSES = {  # Python's meanings (docs.python.org/3/library/re.html); the negated ones spelled out, for use inside brackets
    "w": r"\pL\pM\pN_",
    "d": r"\p{Nd}",
    "s": r"\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}",
    "W": r"\pS\pZ\pC\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\x{203F}\x{2040}\x{2054}\x{FE33}\x{FE34}\x{FE4D}-\x{FE4F}\x{FF3F}",
    "D": r"\pL\pM\p{Nl}\p{No}\pP\pS\pZ\pC",
    "S": r"\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{84}\x{86}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}"
    r"\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{10FFFF}",
}
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

    def matches(self, encoded: bytes) -> bool:
        """Whether any of them matches a text in UTF-8."""
        return any(alternative.matches(encoded) for alternative in self.alternatives)

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where any of them matches, in characters, ascending; at most `limit` places of each."""
        text = text.encode(errors="replace").decode()  # half a character of UTF-16, which JSON may hold, is none
        return sorted({span for alternative in self.alternatives for span in alternative.spans(text, limit)})


@dataclass(frozen=True, slots=True)
class Alternative:
    """An expression without "|" outside of brackets, with the word boundaries at its two ends.

    Which of several possible matches RE2 gives does not depend on what stands around it, so there is another expression
    that takes in the neighbours (its group is the match): «кур(с|сы)\\b» must find «курсы» though «курс» comes first. Missed is a
    later start of a match that may begin with a letter or with none, as in «\\b[ а]*курс».
    """

    expression: Any
    starts_word: bool
    ends_word: bool
    with_neighbours: Any = None

    def matches(self, encoded: bytes) -> bool:
        """Whether it matches a text in UTF-8."""
        hit = self.expression.search(encoded)
        if hit is None or self.with_neighbours is None:
            return hit is not None
        start, end = hit.span()
        stands = (not self.starts_word or _parts_words(encoded, start)) and (
            not self.ends_word or _parts_words(encoded, end)
        )
        return stands or bool(self.spans(encoded.decode(), limit=1))

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where it matches, in characters; at most `limit` places."""
        plain = (hit.span() for hit in self.expression.finditer(text))
        around = _groups(self.with_neighbours, text) if self.with_neighbours is not None else ()
        tried = chain(islice(plain, MAX_TRIES), islice(around, MAX_TRIES))
        return list(islice((span for span in tried if self._stands(text, *span)), limit))

    def _stands(self, text: str, start: int, end: int) -> bool:
        return not (self.starts_word and not _is_edge(text, start)) and not (self.ends_word and not _is_edge(text, end))


def _groups(expression: Any, text: str) -> Iterator[tuple[int, int]]:
    """Where the first group of an expression stands; the search goes on behind the group, not behind the match."""
    hit = expression.search(text)
    while hit is not None:
        start, end = hit.span(1)
        yield start, end
        hit = expression.search(text, max(end, hit.start() + 1))


@lru_cache(maxsize=10_000)
def compiled(source: str) -> CompiledPattern:
    """The pattern, letter case ignored. Raises PatternError."""
    return CompiledPattern(tuple(map(_alternative, _alternatives(source.replace("\\/", "/")))))


def joined(sources: list[str]) -> Any | None:
    """An expression that matches wherever one of these patterns does, word boundaries aside; None if RE2 refuses it."""
    alternatives = [one.expression.pattern for source in sources for one in compiled(source).alternatives]
    try:
        return (
            None if any("\\Q" in one for one in alternatives) else _re2("|".join(f"(?:{one})" for one in alternatives))
        )
    except PatternError:
        return None


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
    around = (rf"(?:\A|[^{_CLASSES['w']}])" if starts else "", rf"(?:\z|[^{_CLASSES['w']}])" if ends else "")
    inner = _unicode(body)
    bounded = _re2(f"{around[0]}({inner}){around[1]}") if starts or ends else None
    return Alternative(_re2(inner), starts, ends, bounded)


def _re2(source: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(source, options)
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
    if letter in _NEGATED and not inside:
        return f"[^{_CLASSES[_NEGATED[letter]]}]"
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter in ("b", "B", "C"):
        raise PatternError("a word boundary may stand only at an end of the pattern")
    return "\\" + letter


def _is_edge(text: str, at: int) -> bool:
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    after = at < len(text) and (text[at].isalnum() or text[at] == "_")
    return before != after


def _parts_words(encoded: bytes, at: int) -> bool:
    """The same in UTF-8, where a character has four bytes at most."""
    before = encoded[max(0, at - 4) : at].decode(errors="ignore")[-1:]
    return _is_edge(before + encoded[at : at + 4].decode(errors="ignore")[:1], len(before))

"""Users' regular expressions as they are written: cut into alternatives, searched for letters, rewritten for RE2.

RE2's own classes are ASCII only (github.com/google/re2/wiki/Syntax), so they are rewritten before it compiles them.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

Follower: TypeAlias = tuple[Callable[[str], bool], bool]  # of what kind, and whether there may be several

_LITERAL = 2  # letters of a literal that are enough to look patterns up by

CLASSES = {  # Python's meanings (docs.python.org/3/library/re.html); the negated ones spelled out, for use inside brackets
    "w": r"\pL\pM\pN_",
    "d": r"\p{Nd}",
    "s": r"\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}",
    "W": r"\pS\pZ\pC\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\x{203F}\x{2040}\x{2054}\x{FE33}\x{FE34}\x{FE4D}-\x{FE4F}\x{FF3F}",
    "D": r"\pL\pM\p{Nl}\p{No}\pP\pS\pZ\pC",
    "S": r"\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{84}\x{86}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}"
    r"\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{10FFFF}",
}
_KINDS: dict[str, Callable[[str], bool]] = {r"\s": str.isspace, " ": str.isspace, r"\d": str.isdecimal}
_REPEATS = ("*", "+", "?", "{")
_NEGATED = {"W": "w", "D": "d", "S": "s"}
_PIECE = re.compile(
    r"\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|.)"  # an escape
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"  # a class
    r"|[*+?]\??|\{\d+(?:,\d*)?\}\??"  # how often the piece before it
    r"|.",
    re.DOTALL,
)


class NotationError(ValueError):
    """RE2 cannot do this."""


def literals(source: str) -> list[str] | None:
    """Runs of letters and digits, case-folded, of which every match contains one; None if none are known."""
    found = [_literal(body) for body in alternatives(source)]
    known = [run for run in found if run is not None]
    return known if len(known) == len(found) else None


def alternatives(source: str) -> list[str]:
    """The pattern cut at every "|" outside of brackets; whole if it quotes with \\Q, which hides what is special."""
    body = source.replace("\\/", "/")
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


def without_boundaries(body: str) -> tuple[str, bool, bool]:
    """One alternative without the word boundaries at its ends; whether it had one at its beginning, and at its end."""
    starts = body.startswith(r"\b")
    body = body[2:] if starts else body
    ends = re.search(r"(?<!\\)(?:\\\\)*\\b$", body) is not None
    return (body[:-2] if ends else body), starts, ends


def lead(body: str) -> str:
    """The letters and digits that every match of one alternative begins with, case-folded; "" if not enough are known.

    Folded letter by letter: none that becomes two, as ß does.
    """
    if "\\Q" in body:
        return ""
    pieces = _PIECE.findall(body)
    begin = next((at for at, piece in enumerate(pieces) if not piece.isalnum()), len(pieces))
    if pieces[begin:] and pieces[begin][0] in "*+?{":
        begin -= 1
    run = "".join(pieces[: max(begin, 0)])
    folded = run.casefold()
    return folded if _LITERAL <= len(folded) == len(run) else ""


def followers(body: str, start: int) -> tuple[Follower, ...]:
    """What must follow the first `start` characters of one alternative, as far as that is spaces and digits in turn.

    What a kind accepts includes what RE2 does, and a space is never a digit: so whatever fails here matches nowhere.
    """
    found: list[Follower] = []
    pieces = [*_PIECE.findall(body[start:]), ""]
    while (kind := _KINDS.get(pieces[0])) and (not found or kind is not found[-1][0]):
        several = pieces[1] in ("+", "+?")
        if pieces[1][:1] in _REPEATS and not several:
            break
        found.append((kind, several))
        del pieces[: 2 if several else 1]
    return tuple(found)


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


def for_re2(body: str) -> str:
    """The pattern with Unicode classes in place of ASCII ones, inside and outside of brackets. Raises NotationError."""
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
        return f"[^{CLASSES[_NEGATED[letter]]}]"
    if letter in CLASSES:
        return CLASSES[letter] if inside else f"[{CLASSES[letter]}]"
    if letter in ("b", "B", "C"):
        raise NotationError("a word boundary may stand only at an end of the pattern")
    return "\\" + letter

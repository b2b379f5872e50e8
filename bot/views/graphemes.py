"""Where a text may be cut: between what a reader takes for signs, which may be several characters (unicode.org/reports/tr29)."""

from unicodedata import category, combining

JOINER = "\u200d"
VIRAMA = 9
"""The class of marks that join two letters (unicode.org/reports/tr44, "Canonical_Combining_Class")."""
LONGEST = 32
"""Characters of one sign that are looked at: marks can be heaped without end."""


def boundary(text: str, end: int) -> int:
    """The last place up to `end` where no letter loses its marks and no emoji a part; `end` where there is none close by."""
    places = range(end, max(0, end - LONGEST), -1)
    return next((place for place in places if not _holds_together(text, place)), end)


def _holds_together(text: str, place: int) -> bool:
    """Whether the characters on both sides are parts of one sign."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if _is_flag_letter(after):
        return _flag_letters_before(text, place) % 2 == 1
    return before == JOINER or _extends(after) or (combining(before) == VIRAMA and category(after) == "Lo")


def _extends(character: str) -> bool:
    """Whether it is a mark, a joiner, the colour of a skin or a tag, all of which belong to what stands before them."""
    if character < "\u0300":
        return False
    is_mark = category(character) in ("Mn", "Me", "Mc")
    return is_mark or character in "\u200c\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff" or _is_tag(character)


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, place: int) -> int:
    """How many stand there in a row: every two make a flag."""
    first = place
    while first and _is_flag_letter(text[first - 1]):
        first -= 1
    return place - first

"""With which letters a word must begin to have one of some keys: what need not be looked at when these are searched for.

Said of words in plain Cyrillic letters only. Their lemmas begin as they do, but for lemmas that are nothing but an ending («шёл» is a
form of «идти»), and for prefixes of comparatives («покрасивее»), which words that no dictionary knows may have as well.
"""

from collections.abc import Iterator
from functools import cache, lru_cache

from monitor.query.dictionaries import SAME, dictionary
from monitor.query.folding import PLAIN, fold

_LANGUAGES = ("ru", "uk")


@lru_cache(maxsize=100)
def needless(keys: frozenset[str], starts: tuple[str, ...]) -> frozenset[str]:
    """Letters; a plain word that begins with one of them has none of the keys, and none that begins with one of `starts`."""
    needed = {letter.translate(SAME) for key in (*keys, *starts) for letter in _letters(key)}
    found = {raw for raw, letter in _folded().items() if letter not in needed}
    return frozenset(filter(str.islower, found) if any(key[0] == "n" for key in keys) else found)


def _letters(key: str) -> Iterator[str]:
    """The letters with which plain words begin, whatever their case, that have the key; names begin with any capital one."""
    if key[0] in "el":
        yield key[1]
    if key[0] == "l":
        yield from _endings().get(key[1:], ())
        yield from (prefix[0] for ending, prefix in _prefixed() if key.endswith(ending))


@cache
def _endings() -> dict[str, set[str]]:
    """Lemmas that may be nothing but an ending, and the letters with which their forms begin then."""
    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for ending, letter in dictionary(language).beginnings():
            found.setdefault(ending, set()).add(letter)
    return found


@cache
def _prefixed() -> frozenset[tuple[str, str]]:
    return frozenset(pair for language in _LANGUAGES for pair in dictionary(language).prefixed())


@cache
def _folded() -> dict[str, str]:
    """Every plain letter, and what it is folded to."""
    return {letter: fold(letter).translate(SAME) for letter in map(chr, range(0x400, 0x500)) if PLAIN.match(letter)}

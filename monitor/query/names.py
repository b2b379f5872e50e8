"""Keys by which a name is found whatever its spelling: Гасанов, Həsənov, Һәсәнов, Hasanov, Hasanoff.

A key is a name's consonants by their sound and classes of its vowels; the more consonants, the fewer vowels, as spellings differ in
these. Within Cyrillic they differ little: a Cyrillic word of a post has a fine key (``c``) for Cyrillic queries beside the coarse
one (``C``) for Latin ones. A Latin word, of one of a dozen orthographies, has coarse ones (``L``) for all.
"""

import re

from monitor.query.sounds import is_cyrillic, latin_of, sounds

MIN_LETTERS = 3
FINE, COARSE, LATIN = "c", "C", "L"
_LONG, _MIDDLE = 5, 3  # consonants from which no vowels count, and from which a and e, o and u are one
_LONG_SURNAME = 4
_LONG_FINE = 4
_CLASSES = str.maketrans("eu", "ao")
_NO_VOWELS = str.maketrans("", "", "aeiou")
_RUN = re.compile("([aeiou])[aeiou]+")
_INNER = re.compile("([aeiou])[aeiou]+(?=[aeiou])")
_GLIDE = re.compile("i(?=[aeou])|(?<=[aeou])i")
_DIPHTHONG = re.compile("[ae]i")
_K = re.compile("c(?![heiy])")


def skeletons(word: str) -> set[str]:
    """Keys of a folded word of a post in its citation form; empty for what is too short to be a name."""
    if len(word) < MIN_LETTERS:
        return set()
    if is_cyrillic(word):
        heard = sounds(word)
        return {FINE + _fine(word), COARSE + _coarse(heard)}
    return {LATIN + _coarse(sounds(spelt)) for spelt in _readings(latin_of(word))}


def wanted(word: str) -> set[str]:
    """Keys of which a post's word needs one to be this name, given folded in its citation form."""
    if len(word) < MIN_LETTERS:
        return set()
    is_native = is_cyrillic(word)
    spellings = {word} if is_native else _readings(latin_of(word))
    heard = {one for spelt in spellings for one in _alternatives(sounds(spelt))}
    cyrillic = {FINE + _fine(word)} if is_native else {COARSE + _coarse(one) for one in heard}
    return cyrillic | {LATIN + _coarse(one) for one in heard}


def _readings(word: str) -> set[str]:
    """Latin letters that one orthography reads thus and another otherwise: q and c as k, x as ks."""
    found = {word}
    if "q" in word:
        found.add(word.replace("q", "k"))
    if "x" in word:
        found.add(word.replace("x", "ks"))
    if _K.search(word):
        found.add(_K.sub("k", word))
    return found


def _alternatives(heard: str) -> set[str]:
    """A name by its sounds, and as English writes it: Байден, Biden."""
    return {heard, _DIPHTHONG.sub("i", heard)}


def _fine(word: str) -> str:
    """Of a Cyrillic word: г and х, vowels and glides tell short names apart."""
    heard = sounds(word)
    if len(heard.translate(_NO_VOWELS)) < _LONG_FINE:
        return heard.replace("h", "x") if "х" in word else heard
    return _RUN.sub(r"\1", _GLIDE.sub("", heard)).translate(_CLASSES)


def _coarse(heard: str) -> str:
    bare = heard.translate(_NO_VOWELS)
    if len(bare) >= _LONG or (len(bare) >= _LONG_SURNAME and heard.endswith("ov")):
        return f"A{bare}" if heard[0] in "aeiou" else bare
    if len(bare) >= _MIDDLE:
        return _RUN.sub(r"\1", heard.translate(_CLASSES))
    return _INNER.sub(r"\1", heard)

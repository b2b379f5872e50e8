"""Lemmas of words in Latin letters: English by dictionary, Azerbaijani and Turkish by taking suffixes off."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy

from monitor.query.english import ALSO, EnglishFactory

MAX_LETTERS = 40
MIN_STEM = 3
MIN_WANTED = 4  # letters of a stem that a query's word is cut to

_VOWELS = "aeəiouöü"
_I, _A = "iuü", "aeə"


def _suffixes(*patterns: str) -> dict[str, str]:
    """Suffix: what it stands behind, "v" a vowel, "c" a consonant, "" either; from patterns such as "v:nIn"."""
    found: dict[str, str] = {}
    for pattern in patterns:
        behind, _, letters = pattern.rpartition(":")
        choices = [{"I": _I, "A": _A, "D": "dt"}.get(letter, letter) for letter in letters]
        found |= dict.fromkeys(map("".join, product(*choices)), behind)
    return found


_SURE = _suffixes(
    *(
        "v:nDA",
        "v:nDAn",
        "DA",
        "DAn",
        "v:nIn",
        "c:In",
        "v:nI",
        "v:yI",
        "v:nA",
        "v:yA",
        "c:I",
        "c:A",
        "lA",
        "v:ylA",
        "dIr",
    ),
)
_CASE = _SURE | _suffixes("ki", "DAki", "sIz", "lI", "lIk", "lIq", "lIğ")
_POSSESSIVE = _suffixes("c:ImIz", "c:InIz", "v:mIz", "v:nIz", "v:sI", "c:Im", "c:In", "c:I", "v:m", "v:n")
_PLURAL = _suffixes("lAr")
_LAST = re.compile("[aeəiouöü](?=[^aeəiouöü]*$)")
_FRONT, _BACK = frozenset("eəöü"), frozenset("aou")
_HARD = {"ğ": ("q", "k"), "y": ("k",), "b": ("p",), "c": ("ç",), "d": ("t",)}


def lemmas(word: str) -> set[str]:
    """What a folded word in a query stands for: itself and its English lemma."""
    return {word} if len(word) > MAX_LETTERS else {word, _english(word)}


def wanted(word: str) -> set[str]:
    """Lemmas of a folded word in a query, and the stems that it may be an Azerbaijani or Turkish form of."""
    if len(word) > MAX_LETTERS or _is_english(word):
        return lemmas(word)
    return {word} | {stem for stem in _layers(word, _SURE) if len(stem) >= MIN_WANTED}


def candidates(word: str) -> set[str]:
    """What a folded word in a post may be a form of: its lemmas, or all stems if it is no English word."""
    if len(word) > MAX_LETTERS:
        return {word}
    if not _is_english(word):
        return stems(word)
    return lemmas(word) | {ALSO[word]} if word in ALSO else lemmas(word)


def names(word: str) -> set[str]:
    """What a folded, capitalised word in a post may be a form of, if it is a name: a short stem in ASCII is hardly one."""
    found = lemmas(word) if len(word) > MAX_LETTERS or _is_english(word) else _layers(word, _SURE)
    if "'" in word:
        return found
    return {stem for stem in found if stem == word or len(stem) >= MIN_WANTED or not stem.isascii()}


def stems(word: str) -> set[str]:
    """Stems that a Turkic suffix chain (number, possessor, case) may leave, and their unsoftened variants."""
    return _layers(word, _CASE)


def _layers(word: str, case: dict[str, str]) -> set[str]:
    plain, _, suffix = word.partition("'")
    layers = {plain} if suffix else {word}
    for suffixes in (case, _POSSESSIVE, _PLURAL):
        layers |= {cut for stem in layers for cut in _cuts(stem, suffixes)}
    hard = {stem[:-1] + last for stem in layers if stem != word for last in _HARD.get(stem[-1], ())}
    return layers | hard


def _cuts(word: str, suffixes: dict[str, str]) -> Iterator[str]:
    """The word without each suffix that it may have: by the letter before it, and by its vowel."""
    for size in range(1, min(5, len(word) - MIN_STEM + 1)):
        behind = suffixes.get(word[-size:])
        if behind is None or (behind and (word[-size - 1] in _VOWELS) != (behind == "v")):
            continue
        stem = word[:-size]
        if _harmonize(stem, word[-size:]):
            yield stem


def _harmonize(stem: str, suffix: str) -> bool:
    vowel, own = _LAST.search(stem), _LAST.search(suffix)
    return not (vowel and own) or not (
        (vowel[0] in _BACK and own[0] in _FRONT) or (vowel[0] in _FRONT and own[0] in _BACK)
    )


@cache
def _dictionary() -> EnglishFactory:
    return EnglishFactory()


@cache
def _lemmatizer() -> Lemmatizer:
    """Its answers are cached by who asks."""
    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_dictionary()), cache_max_size=1)


def _english(word: str) -> str:
    lemma = _dictionary().words.get(word)
    return lemma.lower() if lemma else _lemmatizer().lemmatize(word, lang="en").lower()


def _is_english(word: str) -> bool:
    return word in _dictionary().words or _english(word) != word

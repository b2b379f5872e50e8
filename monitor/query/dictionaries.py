"""pymorphy3's dictionaries, asked without its parses and tags: a tenth of the time, the same lemmas.

A form's readings are pairs of numbers, a paradigm and a place in it, that many forms share: what a pair says is worked out once for
all of them (github.com/kmike/pymorphy2, "opencorpora_dict").
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pymorphy3
import pymorphy3_dicts_ru
import pymorphy3_dicts_uk

FOLDERS = {"ru": pymorphy3_dicts_ru.get_path, "uk": pymorphy3_dicts_uk.get_path}
SAME = str.maketrans("ёґ", "ег")
_NAMES = ("Name", "Surn", "Patr", "Geox", "Orgn", "Poss")  # whose it is, is said of a person


class Reading(NamedTuple):
    """What one reading of a form says: how to get from the form to its lemma, and whether that is a name."""

    begin: int  # letters to leave out at the form's beginning
    end: int  # and at its end
    before: str
    after: str
    is_surname: bool
    is_given_name_plural: bool
    is_name: bool  # of a person, a place, an organization

    def lemma(self, form: str) -> str:
        """The lemma of a folded form, folded."""
        return self.before + form[self.begin : len(form) - self.end] + self.after


class Dictionary:
    """The forms of one language ("ru" or "uk")."""

    def __init__(self, language: str) -> None:
        morph = analyzer(language)
        self._dictionary = morph.dictionary
        self._words = morph.dictionary.words
        self._left_out = morph.char_substitutes  # people write е for ё, г for ґ
        self._readings: dict[tuple[int, int], Reading] = {}

    def readings(self, form: str) -> list[Reading]:
        """All readings of a folded form; none if the dictionary does not have it."""
        known = self._readings
        spelled = self._words.similar_item_values(form, self._left_out)
        return [known.get(pair) or self._read(pair) for pairs in spelled for pair in pairs]

    def beginnings(self) -> Iterator[tuple[str, str]]:
        """An ending of lemmas, folded, and the letter that a form which is nothing but another ending begins with: («идти», «ш»)."""
        suffixes, prefixes = self._dictionary.suffixes, self._dictionary.paradigm_prefixes
        for paradigm in self._dictionary.paradigms:
            forms = len(paradigm) // 3
            ending = suffixes[paradigm[0]].translate(SAME)
            for suffix, prefix in zip(paradigm[:forms], paradigm[2 * forms :], strict=True):
                form = prefixes[prefix] + suffixes[suffix]
                if ending and form:
                    yield ending, form[0]

    def prefixed(self) -> Iterator[tuple[str, str]]:
        """An ending of lemmas, folded, and a prefix that some forms of such words have, but no lemma: («ый», «наи»)."""
        suffixes, prefixes = self._dictionary.suffixes, self._dictionary.paradigm_prefixes
        for paradigm in self._dictionary.paradigms:
            for prefix in set(paradigm[len(paradigm) // 3 * 2 :]):
                if prefixes[prefix]:
                    yield suffixes[paradigm[0]].translate(SAME), prefixes[prefix]

    def _read(self, pair: tuple[int, int]) -> Reading:
        """The reading of the `index`-th form of a paradigm: three rows of suffixes, tags and prefixes."""
        number, index = pair
        paradigm = self._dictionary.paradigms[number]
        forms = len(paradigm) // 3
        tag = str(self._dictionary.gramtab[paradigm[forms + index]])
        prefixes, suffixes = self._dictionary.paradigm_prefixes, self._dictionary.suffixes
        found = self._readings[pair] = Reading(
            begin=len(prefixes[paradigm[forms * 2 + index]]),
            end=len(suffixes[paradigm[index]]),
            before=prefixes[paradigm[forms * 2]].translate(SAME),
            after=suffixes[paradigm[0]].translate(SAME),
            is_surname="Surn" in tag,
            is_given_name_plural="Name" in tag and "plur" in tag,
            is_name=any(name in tag for name in _NAMES),
        )
        return found


@cache
def dictionary(language: str) -> Dictionary:
    """The forms of "ru" or "uk"."""
    return Dictionary(language)


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    """The analyzer of "ru" or "uk"; its parses come without probabilities, which nobody asks for."""
    return pymorphy3.MorphAnalyzer(path=str(Path(FOLDERS[language]())), lang=language, probability_estimator_cls=None)

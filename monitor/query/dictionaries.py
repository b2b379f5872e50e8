"""pymorphy3's dictionaries: its automata mapped from their files instead of kept in memory, and walked without its objects.

Two languages take 48 MB when they are read, and 11 when they are mapped: the system keeps the pages that words are looked up in.
An automaton spells a form, a separator, and the readings of the form; forms with the same readings share that last part, so what
the readings say is worked out once for all of them (github.com/kmike/pymorphy2, "opencorpora_dict").
"""

import mmap
import struct
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pymorphy3
import pymorphy3_dicts_ru
import pymorphy3_dicts_uk

FOLDERS = {"ru": pymorphy3_dicts_ru.get_path, "uk": pymorphy3_dicts_uk.get_path}
SAME = str.maketrans("ёґ", "ег")
_LEFT_OUT = {"ru": ("е", "ё"), "uk": ("г", "ґ")}  # people write the first letter for the second
_SEPARATOR = b"\x01"
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
        self._dictionary = analyzer(language).dictionary
        self._units: memoryview = self._dictionary.words.dct._units
        self._common, self._rare = _LEFT_OUT[language]
        self._readings: dict[int, tuple[Reading, ...]] = {}

    def readings(self, form: str) -> list[Reading]:
        """All readings of a folded form; none if the dictionary does not have it."""
        found: list[Reading] = []
        for node in self._nodes(form):
            end = self._follow(node, _SEPARATOR)
            if end is not None:
                if end not in self._readings:
                    self._readings[end] = tuple(map(self._reading, self._dictionary.words._value_for_index(end)))
                found += self._readings[end]
        return found

    def _nodes(self, form: str) -> list[int]:
        """Where the spellings of a form end in the automaton."""
        first, *others = form.split(self._common)
        start = self._follow(0, first.encode(errors="replace"))
        nodes = [] if start is None else [start]
        for other in others:
            labels = [(letter + other).encode(errors="replace") for letter in (self._common, self._rare)]
            followed = [self._follow(node, label) for node in nodes for label in labels]
            nodes = [node for node in followed if node is not None]
        return nodes

    def _follow(self, node: int, label: bytes) -> int | None:
        """The node after these bytes (the unit's format: github.com/pytries/DAWG-Python, units.py)."""
        units = self._units
        for byte in label:
            unit = units[node]
            node ^= ((unit >> 10) << ((unit & 0x200) >> 6)) ^ byte
            if units[node] & 0x800000FF != byte:
                return None
        return node

    def _reading(self, found: tuple[int, int]) -> Reading:
        """The reading of the `index`-th form of a paradigm: three rows of suffixes, tags and prefixes."""
        number, index = found
        paradigm = self._dictionary.paradigms[number]
        forms = len(paradigm) // 3
        tag = str(self._dictionary.gramtab[paradigm[forms + index]])
        prefixes, suffixes = self._dictionary.paradigm_prefixes, self._dictionary.suffixes
        return Reading(
            begin=len(prefixes[paradigm[forms * 2 + index]]),
            end=len(suffixes[paradigm[index]]),
            before=prefixes[paradigm[forms * 2]].translate(SAME),
            after=suffixes[paradigm[0]].translate(SAME),
            is_surname="Surn" in tag,
            is_given_name_plural="Name" in tag and "plur" in tag,
            is_name=any(name in tag for name in _NAMES),
        )


@cache
def dictionary(language: str) -> Dictionary:
    """The forms of "ru" or "uk"."""
    return Dictionary(language)


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    """The analyzer of "ru" or "uk"; its parses come without probabilities, which nobody asks for."""
    folder = Path(FOLDERS[language]())
    morph = pymorphy3.MorphAnalyzer(path=str(folder), lang=language, probability_estimator_cls=None)
    _map(morph.dictionary.words, folder / "words.dawg")
    for number, suffixes in enumerate(morph.dictionary.prediction_suffixes_dawgs):
        _map(suffixes, folder / f"prediction-suffixes-{number}.dawg")
    return morph


def _map(dawg: Any, path: Path) -> None:
    """Put the file in place of what was read from it: transitions (4 bytes each), then a guide (2 bytes each)."""
    with path.open("rb") as file:
        dawg.dct._units = _table(file, 4).cast("I")
        dawg.guide._units = _table(file, 2)


def _table(file: BinaryIO, size: int) -> memoryview:
    (count,) = struct.unpack("=I", file.read(4))
    start = file.tell()
    file.seek(count * size, 1)
    return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))[start : start + count * size]

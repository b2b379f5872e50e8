"""pymorphy3's dictionaries, mapped from their files instead of kept in memory.

Two languages take 48 MB when they are read, and 11 when they are mapped: the system keeps the pages that words are looked up in.
"""

import mmap
import struct
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import pymorphy3
import pymorphy3_dicts_ru
import pymorphy3_dicts_uk

FOLDERS = {"ru": pymorphy3_dicts_ru.get_path, "uk": pymorphy3_dicts_uk.get_path}


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

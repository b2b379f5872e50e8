"""Which language a post is in: a filter and a figure, never a condition of matching a word.

Letters that only one language has come first: langdetect knows neither Azerbaijani nor Kazakh nor Belarusian (it calls them
Turkish, Russian, Ukrainian). What remains goes to langdetect, seeded, or it would answer differently from run to run.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

PROFILED = ("ar", "bg", "de", "en", "es", "fa", "fr", "it", "mk", "nl", "pl", "pt", "ro", "ru", "tr", "uk")
"""What langdetect tells apart here: languages of the channels that people watch, and their neighbours."""
GUESSED = 1000  # letters that a guess looks at
SHORT = 24  # letters; below this a guess is worth less than the channel's habit
_LETTERS = re.compile(r"[^\W\d_]+")
_EVIDENCE = (  # weight × count decides: ы is common in Kazakh and Belarusian too, і in Belarusian and Kazakh
    ("az", 4, re.compile("[əƏ]")),
    ("kk", 4, re.compile("[қңғұһәүөҚҢҒҰҺӘҮӨ]")),
    ("be", 4, re.compile("[ўЎ]")),
    ("uk", 1, re.compile("[іїєґІЇЄҐ]")),
    ("ru", 1, re.compile("[ыэъёЫЭЪЁ]")),
    ("fa", 1, re.compile("[پچژگ]")),
)
_MARKS = re.compile(r"https?://\S+|[@#]\w+")


class Habits:
    """What language each channel usually writes in: decides where a text is too short to tell."""

    def __init__(self) -> None:
        self._seen: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def detect(self, channel_id: int, text: str) -> str | None:
        """The language as ISO 639-1 code, or None for a text without letters in a channel not seen before."""
        usual = self._seen[channel_id]
        found = detect(text)
        if found is None:
            return usual.most_common(1)[0][0] if usual else None
        usual[found] += 1
        return found


def detect(text: str) -> str | None:
    """The language as ISO 639-1 code; None where the text is too short to tell."""
    letters = _letters(text)
    return _by_letters(letters) or (_guess(letters) if len(letters) >= SHORT else None)


def undecided(texts: Iterable[str]) -> list[str]:
    """Those of which `detect` has to guess: two milliseconds each, which a caller in a hurry spends elsewhere (`detect` remembers)."""
    found = ((text, _letters(text)) for text in texts)
    return [text for text, letters in found if len(letters) >= SHORT and not _by_letters(letters)]


def _letters(text: str) -> str:
    return " ".join(_LETTERS.findall(_MARKS.sub(" ", text)))[:GUESSED]


def _by_letters(letters: str) -> str | None:
    weighed = {language: weight * len(pattern.findall(letters)) for language, weight, pattern in _EVIDENCE}
    best = max(weighed, key=lambda language: weighed[language])
    return best if weighed[best] else None


@lru_cache(maxsize=4096)
def _guess(letters: str) -> str | None:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.append(letters)
    try:
        return str(detector.detect())
    except LangDetectException:
        return None


@cache
def _factory() -> Any:
    """Its profiles of PROFILED alone: all 55 take ten times the memory, and a guess takes three times as long."""
    from langdetect import detector_factory
    from langdetect.detector_factory import DetectorFactory

    DetectorFactory.seed = 0
    folder = Path(detector_factory.__file__).parent / "profiles"
    factory = DetectorFactory()
    factory.load_json_profile([(folder / language).read_text(encoding="utf-8") for language in PROFILED])
    return factory

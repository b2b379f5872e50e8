"""Which language a post is in: a filter and a figure, never a condition of matching a word.

Letters that only one language has come first: langdetect knows neither Azerbaijani nor Kazakh nor Belarusian (it calls them
Turkish, Russian, Ukrainian). What remains goes to langdetect, seeded, or it would answer differently from run to run.
"""

import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

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
    letters = " ".join(_LETTERS.findall(_MARKS.sub(" ", text)))
    certain = _by_letters(letters)
    if certain is not None:
        return certain
    return _by_langdetect(letters[:1000]) if len(letters) >= SHORT else None


def _by_letters(letters: str) -> str | None:
    weighed = {language: weight * len(pattern.findall(letters)) for language, weight, pattern in _EVIDENCE}
    best = max(weighed, key=lambda language: weighed[language])
    return best if weighed[best] else None


def _by_langdetect(letters: str) -> str | None:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.append(letters)
    try:
        return str(detector.detect()).partition("-")[0]
    except LangDetectException:
        return None


@cache
def _factory() -> Any:
    from langdetect import detector_factory

    detector_factory.DetectorFactory.seed = 0
    detector_factory.init_factory()
    return detector_factory._factory

"""Which language a post is in: a filter and a figure, never a condition of matching a word.

Letters and small words come first (see `alphabets`). What they leave open goes to langdetect, with what they say as its prior;
it is seeded, or it would answer differently from run to run. langdetect knows neither Azerbaijani nor Kazakh nor Belarusian
(it calls them Turkish, Russian, Ukrainian): `profiles` has n-grams of these and of their neighbours, in its own format.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from monitor import alphabets

GUESSED = 500  # letters whose alphabet and small words are looked at
SAMPLED = 160  # letters that langdetect is given: more take it longer, and do not make it surer
SHORT = 24  # letters; below this a guess is worth less than the channel's habit
FEW = 6  # letters; below this it is worth nothing
ASKED = 512  # texts remembered: the posts of a batch are asked about two or three times
CHANNELS = 20_000  # whose habits are kept
RECENT = 30  # posts that tell a channel's habit
_PROFILES = {
    "cyrillic": (("bg", "mk", "ru", "uk"), ("az-cyrillic", "be", "kk", "ky", "sr", "tg", "tt", "uz-cyrillic")),
    "latin": (("de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "tr"), ("az", "uz")),
    "arabic": (("ar", "fa", "ur"), ("ckb",)),
}
"""By script: what langdetect brings, and what stands in `profiles`. All of langdetect's 55 would take ten times the memory."""
KNOWN = frozenset(name.partition("-")[0] for profiles in _PROFILES.values() for names in profiles for name in names)
"""ISO 639 codes of all languages that a post may be found to be in."""
_TRIALS = 5
_LETTERS = re.compile(r"[^\W\d_]+")
_MARKS = re.compile(r"https?://[^\s)\]]+|[@#]\w+")


class Opinion(NamedTuple):
    """What a text alone says of its language: None if it is too short to tell. `is_long`: it says what its channel writes in, too."""

    language: str | None
    is_long: bool


class Habits:
    """What language each channel usually writes in: decides where a text is too short to tell."""

    def __init__(self) -> None:
        self._seen: dict[int, Counter[str]] = {}

    def unknown(self, channel_ids: Iterable[int]) -> set[int]:
        """Those channels of which nothing is remembered, not even that there was nothing: `learn` what is stored of them."""
        return set(channel_ids) - self._seen.keys()

    def learn(self, channel_id: int, languages: Iterable[str | None]) -> None:
        """Take the languages of a channel's RECENT posts; the channel that has been known longest gives way to it."""
        if len(self._seen) >= CHANNELS:
            del self._seen[next(iter(self._seen))]
        self._seen[channel_id] = Counter(language for language in languages if language)

    def detect(self, channel_id: int, text: str) -> str | None:
        """The language as ISO 639 code, or None for a text too short to tell in a channel not seen before."""
        return self.settle(channel_id, text, opinion(text))

    def settle(self, channel_id: int, text: str, said: Opinion) -> str | None:
        """The same, where the text's opinion is known already."""
        if channel_id not in self._seen:
            self.learn(channel_id, ())
        usual = self._seen[channel_id]
        if said.language is None:
            return _most(usual) or detect(text)
        if said.is_long:
            self._count(usual, said.language)
        return said.language

    @staticmethod
    def _count(usual: Counter[str], found: str) -> None:
        usual[found] += 1
        if usual.total() > 2 * RECENT:  # a channel may change its language
            for language in list(usual):
                usual[language] //= 2


def detect(text: str) -> str | None:
    """The language as ISO 639 code; None where the text is too short to tell."""
    return _detect(_letters(text))


def opinion(text: str) -> Opinion:
    """What the text alone says; a guess only of a long one."""
    letters = _letters(text)
    if len(letters) >= SHORT and (found := _detect(letters)):
        return Opinion(found, True)
    return Opinion(_sure(letters), False)


def undecided(texts: Iterable[str]) -> list[str]:
    """Those of which `detect` has to guess: half a millisecond each, better spent in a thread (`detect` remembers)."""
    found = ((text, _letters(text)) for text in texts)
    return [text for text, letters in found if len(letters) >= FEW and not _sure(letters)]


@lru_cache(maxsize=ASKED)
def _letters(text: str) -> str:
    text = text[: 4 * GUESSED]
    if "@" in text or "#" in text or "://" in text:
        text = _MARKS.sub(" ", text)
    return " ".join(_LETTERS.findall(text))[:GUESSED].replace("İ", "i").lower()


def _most(usual: Counter[str]) -> str | None:
    return usual.most_common(1)[0][0] if usual else None


def _detect(letters: str) -> str | None:
    return _sure(letters) or (_guess(letters) if len(letters) >= FEW else None)


def _sure(letters: str) -> str | None:
    if not (weighed := _weighed(letters)):
        return None
    return alphabets.certain(*weighed[1:])


@lru_cache(maxsize=ASKED)
def _weighed(letters: str) -> tuple[str, str, dict[str, float]] | None:
    """Script, words and the languages' weights."""
    own = alphabets.own(letters)
    return own and (*own, alphabets.weigh(*own))


@lru_cache(maxsize=4096)
def _guess(letters: str) -> str | None:
    from langdetect.lang_detect_exception import LangDetectException

    from monitor.ngrams import WordDetector

    if not (weighed := _weighed(letters)):
        return None
    script, words, weights = weighed
    best, _ = alphabets.lead(weights)
    detector = WordDetector(_factory(script))
    detector.n_trial = _TRIALS
    detector.set_prior_map({code: exp(weight - weights[best]) for code, weight in weights.items()})
    detector.append(words[:SAMPLED])
    try:
        return str(detector.detect())
    except LangDetectException:
        return best


@cache
def _factory(script: str) -> Any:
    """langdetect with the profiles of one script, which is quicker and smaller than with those of all."""
    from langdetect import detector_factory
    from langdetect.detector_factory import DetectorFactory

    DetectorFactory.seed = 0
    theirs, ours = _PROFILES[script]
    files = [Path(detector_factory.__file__).parent / "profiles" / name for name in theirs]
    files += [Path(__file__).parent / "profiles" / f"{name}.json" for name in ours]
    factory = DetectorFactory()
    factory.load_json_profile([file.read_text(encoding="utf-8") for file in files])
    return factory

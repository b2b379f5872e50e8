"""langdetect, given what it needs of a text by shorter ways: three times as fast, the same answers.

It takes texts as they come, and looks at each character's block of Unicode several times. Here texts are words in lower case.
"""

import re
from functools import cache

from langdetect.detector import Detector
from langdetect.utils.ngram import NGram

_LATIN = re.compile("[A-z]")
_OTHERS = re.compile("[\u0300-\u1dff\u1f00-\U0010ffff]")  # all beyond but "Latin Extended Additional"


class WordDetector(Detector):  # type: ignore[misc]  # langdetect has no types
    """Tells the language of words of letters in lower case, between single spaces."""

    text: str

    def append(self, words: str) -> None:
        """Take in the words."""
        self.text += words

    def cleaning_text(self) -> None:
        """Leave Latin letters out of a text in another script."""
        if 2 * len(_LATIN.findall(self.text)) < len(_OTHERS.findall(self.text)):
            self.text = _LATIN.sub("", self.text)

    def _extract_ngrams(self) -> list[str]:
        text = "  " + "".join(map(_normalized, self.text))
        known = self.word_lang_prob_map
        return [
            gram
            for at in range(2, len(text))
            for gram in (text[at], text[at - 1 : at + 1], text[at - 2 : at + 1])
            if gram in known and gram != " "
        ]


@cache
def _normalized(letter: str) -> str:
    return str(NGram.normalize(letter))

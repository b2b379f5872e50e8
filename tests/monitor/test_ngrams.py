from pathlib import Path

import pytest

from monitor import language
from monitor.ngrams import WordDetector

GOLD = Path(__file__).parents[1] / "benchmarks" / "languages.tsv"


@pytest.mark.parametrize("script", ["cyrillic", "latin", "arabic"])
def test_the_short_ways_find_the_same_n_grams_as_langdetect_itself(script: str) -> None:
    factory = language._factory(script)
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        words = language._letters(line.split("\t")[1])
        short, long = WordDetector(factory), factory.create()
        for detector in (short, long):
            detector.append(words)
            detector.cleaning_text()
        assert (short.text, short._extract_ngrams()) == (long.text, long._extract_ngrams())


def test_latin_words_are_left_out_of_a_text_in_another_script() -> None:
    detector = WordDetector(language._factory("cyrillic"))
    detector.append("курс биткоина на бирже binance вырос")
    detector.cleaning_text()
    assert detector.text == "курс биткоина на бирже  вырос"

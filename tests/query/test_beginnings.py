"""What need not be looked at, for it cannot be what is searched for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query.analysis import Analysis
from monitor.query.analyzer import post_keys, word_keys
from monitor.query.beginnings import needless

NO_KEYS: frozenset[str] = frozenset()
ODD = "шёл люди лучше наикрасивейший побыстрее поделовее мне есть лет ящих уюсь Ежом ёлки ґанок Їжак одом нас их п"
parts = st.sampled_from(["по", "наи", "най", "не", "", "о"])
stems = st.sampled_from(["красив", "ибрагим", "вол", "ежик", "ґрунт", "умн", "с", ""]) | st.text(
    "абвгдеёжіїєґыя", max_size=5
)
endings = st.sampled_from(["ейший", "ее", "ов", "ами", "ущих", "енко", "уюсь", "ого", "ую", "а"])
words = st.tuples(parts, stems, endings).map("".join)


@pytest.mark.parametrize("word", ODD.split())
def test_a_word_is_looked_at_for_each_of_its_keys(word: str) -> None:
    for raw in (word, word.upper(), word.title()):
        assert all(raw[0] not in needless(frozenset({key}), ()) for key in post_keys(raw))


@given(words, st.sampled_from([str, str.upper, str.title]))
@settings(deadline=None, max_examples=300)
def test_so_is_a_word_that_nobody_knows(word: str, written: type[str]) -> None:
    raw = written(word)
    assert all(raw[0] not in needless(frozenset({key}), ()) for key in post_keys(raw))


def test_most_words_need_not_be_looked_at() -> None:
    assert {"а", "Б", "х", "ё"} < needless(word_keys("суды"), ())
    assert {"а", "б", "с"} < needless(frozenset({"nCAbrhmv"}), ())
    assert "А" not in needless(frozenset({"nCAbrhmv"}), ())
    assert "с" not in needless(NO_KEYS, ("eсуд",))


@pytest.mark.parametrize(
    "text", ["Сoвет и совет", "со**вет** и совет", "со\u0301вет и сове\u00adт", "#Совет @совет совет2024"]
)
def test_words_that_are_not_plain_are_looked_at(text: str) -> None:
    keys = word_keys("совет")
    places = Analysis(text, needless(keys, ())).places(keys)
    assert places == [place for place, raw in enumerate(Analysis(text).raw) if not keys.isdisjoint(post_keys(raw))]
    assert places

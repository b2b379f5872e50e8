"""Users' regular expressions mean what Python's mean, in any alphabet, and take linear time."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query import patterns
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.haystack import Haystack
from monitor.query.matcher import Matcher
from monitor.query.sieve import GROUP
from monitor.query.syntax import QuerySyntaxError, parse

TEXTS = st.text(alphabet="курсКУРСabZ_15٣ -\n\u00a0\u2003.,!ёəі漢", max_size=16)
SAME_IN_PYTHON = (
    r"\w+", r"\W+", r"\d+", r"\D+", r"\s+", r"\S+", r"[\w-]+", r"[^\w]+", r"[\W]+", r"[^\W]+", r"[\Wа]+", r"[\d\s]+", r"[^\d]",
    r"[\D]+", r"[\S]+", r"[^\S]+", r"курс", r"к.р", r"\Aк", r"^к", r"(?m)^к", r"[а-я]+", r"у{2,3}", r"(к|у)+", r"к|с", r"а*",
)  # fmt: skip
BOUNDED = (
    r"\bкурс\b",
    r"\bк\w*",
    r"\w*с\b",
    r"кур(с|сы)\b",
    r"\b(к|у)р?",
    r"\b\w{2}\b|5",
    r"\b\d+\b",
    r"\b\s",
)
LED = (
    r"курс",
    r"\bку",
    r"ку\b",
    r"\bкурс\b",
    r"ку?р",
    r"ку{2}",
    r"ку\s*\d+",
    r"\bку[а-я]+\b",
    r"к[у]р",
    r"ку|ab",
    r"\bab(c|_)\b",
    r"ку.*с\b",
)


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_classes_mean_what_they_mean_in_python(text: str) -> None:
    for source in SAME_IN_PYTHON:
        expected = [hit.span() for hit in re.finditer(source, text, re.IGNORECASE) if hit[0]]
        assert [span for span in patterns.compiled(source).spans(text) if span[0] < span[1]] == expected, source


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_a_word_boundary_is_one_in_any_alphabet(text: str) -> None:
    for source in BOUNDED:
        expected = re.search(source, text, re.IGNORECASE)
        assert bool(patterns.compiled(source).spans(text)) == bool(expected), source


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_looking_for_the_first_letters_changes_no_answer(text: str) -> None:
    for source in (*LED, *BOUNDED, *SAME_IN_PYTHON):
        expected = re.search(source, text, re.IGNORECASE)
        assert patterns.compiled(source).matches(Haystack(text)) == bool(expected), source


@pytest.mark.parametrize("text", ["Straße", "STRASSE", "İstanbul курс", "\ud800курс", "ßкурс", "\u212aурс курс"])
def test_letters_that_fold_into_several_change_no_answer(text: str) -> None:
    for source in ("straß", "strass", "курс", r"\bкурс", "ist"):
        pattern = patterns.compiled(source)
        assert pattern.matches(Haystack(text)) == bool(pattern.spans(text)), (source, text)


def test_many_places_to_begin_at_cost_no_more_than_one() -> None:
    pattern = patterns.compiled(r"аа.*б")
    assert not pattern.matches(Haystack("а" * 200_000))
    assert pattern.matches(Haystack("а" * 200_000 + "б"))


@pytest.mark.parametrize(
    "source", [r"\bа\b б", r"(\bкурс|цена)", r"курс\B", "(", "[а", r"(?=а)", r"\1", "а{1001}", "а{1000}{1000}"]
)
def test_what_re2_cannot_do_is_refused(source: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(f"/{source}/")
    assert (caught.value.reason, caught.value.position) == ("bad_regex", 0)


@pytest.mark.parametrize("source", [r"(а+)+$", r"(\w+\s?)*$", r"(.*а){12}б", r"\b(а|аа)+!\b", r"\b\w*!\b"])
def test_a_hostile_pattern_answers(source: str) -> None:
    assert explain(parse(f"/{source}/"), Document("а" * 20_000 + "б")) in (None, [(0, 20_001)])


def test_half_a_character_is_no_error() -> None:
    document = Document("\ud800 курс 5")
    matcher = Matcher()
    matcher.add(1, parse(r"/\bкурс\b/"))
    assert (list(matcher.match(document)), explain(parse("/курс/"), document)) == ([1], [(2, 6)])


def test_patterns_without_letters_are_sifted_and_answer_as_alone() -> None:
    sources = [rf"/\d{{{1 + number % 4}}}[{chr(0x430 + number % 32)}]/" for number in range(3 * GROUP)] + [
        r"/\Q.\E/",
        r"/./",
    ]
    matcher = Matcher()
    for number, source in enumerate(sources):
        matcher.add(number, parse(source))
    for number in range(0, len(sources), 3):
        matcher.remove(number)
    for text in ("1а", "12б 345в", ".", "", "1234г"):
        document = Document(text)
        assert sorted(matcher.match(document)) == [
            number
            for number, source in enumerate(sources)
            if number % 3 and explain(parse(source), document) is not None
        ]

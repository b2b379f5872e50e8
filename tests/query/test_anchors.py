"""A query waits under something that every post which satisfies it has (the first example loads the dictionaries: no deadline)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query import notation
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import parse

QUERIES = (
    "кур*", "курс*", r"/курс\s+\d+/", r"/курсы?\s/", r"/к(ур)?с/", r"/\bкурс|цен/", r"/кур{0,1}с/", r"/[к]урс\pL/",
    r"/КУРС/", r"/\x{43A}урс/", "from:@news", "from:@news курс", "(кур* | from:@news) -цена", r"/(?i)цена|курс\b/",
)  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(["курс", "Курсы", "кус", "оценка", "цена", "1", " ", "\n", "курсив", "ку", "к"]), max_size=6
)


@settings(deadline=None)
@given(texts=st.lists(TEXTS.map("".join), min_size=1, max_size=4), channel=st.sampled_from([None, "News", "other"]))
def test_what_is_looked_up_is_what_is_true(texts: list[str], channel: str | None) -> None:
    matcher = Matcher()
    for number, text in enumerate(QUERIES):
        matcher.add(number, parse(text))
    for text in texts:
        document = Document(text, channel=channel)
        expected = [n for n, query in enumerate(QUERIES) if explain(parse(query), document) is not None]
        assert sorted(matcher.match(document)) == expected


def test_a_removed_prefix_is_looked_up_no_more() -> None:
    matcher = Matcher()
    matcher.add(1, parse("кур*"))
    matcher.remove(1)
    assert list(matcher.match(Document("курс"))) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [(r"курс\s+\d+", ["курс"]), (r"курсы?", ["курс"]), (r"курс|цена", ["курс", "цена"]), (r"ЦБ|.", None),
     (r"к(ур)с", None), (r"\p{Greek}", None), (r"абвг*", ["абв"]), (r"\Qаб|вг\E", None), (r"[абв]где", ["где"]),
     (r"\bКУРС\b", ["курс"]), (r"\bЦБ\b", ["цб"])],
)  # fmt: skip
def test_a_literal_is_what_every_match_contains(source: str, expected: list[str] | None) -> None:
    assert notation.literals(source) == expected


def test_a_word_boundary_belongs_to_its_alternative() -> None:
    query = parse(r"/\bкурс|цен/")
    assert explain(query, Document("оценка")) == [(1, 4)]
    assert explain(query, Document("экскурс")) is None


@settings(deadline=None)
@given(data=st.data())
def test_exclusions_of_one_word_hold_whatever_was_added_and_removed(data: st.DataObject) -> None:
    queries = ["курс", "курс -цена", "курс -оценка", "курс -цена -оценка", "курс цена -к", "цена -курс", "курсы -цена"]
    matcher = Matcher()
    kept: dict[int, str] = {}
    for number in data.draw(st.lists(st.integers(0, 6), max_size=20)):
        if kept.pop(number, None) is None:
            kept[number] = queries[number]
            matcher.add(number, parse(queries[number]))
        else:
            matcher.remove(number)
    document = Document(" ".join(data.draw(st.lists(st.sampled_from(["курсом", "цены", "оценка", "к"]), max_size=4))))
    expected = [number for number, text in sorted(kept.items()) if explain(parse(text), document) is not None]
    assert sorted(matcher.match(document)) == expected

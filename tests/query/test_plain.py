"""Queries of words and phrases are read without the grammar, and just as it reads them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.query import plain, syntax
from monitor.query.syntax import QuerySyntaxError, parse

PARTS = st.sampled_from(
    ["курс", "OR", "or", "a1", "٣", "漢字", "²", "й", "-", '"', " ", "  ", "_", "*", "(", ")", "|", "~", "=", "/", "."]
)
UNITS = st.sampled_from(
    ["курс", "-a1", "(й | a1)", "-(курс | or | й)", '"a1 курс"', "кур*", "-кур*", "OR", "(a1 | OR)", "|"]
)


@given(
    st.one_of(st.lists(PARTS, max_size=9).map("".join), st.lists(UNITS, max_size=5).map(" ".join), st.text(max_size=12))
)
@example('курс -"a1 курс" курс')
@example("a OR b")
@example('"a OR b"')
@example("курс* -кур* OR")
@example("ку* кур*а")
def test_what_is_read_without_the_grammar_is_read_the_same(text: str) -> None:
    found = plain.tree(text, 64)
    if found is not None:
        assert found == syntax._tree(text)


@pytest.mark.parametrize(
    "text", ["курс", "курс цена*", 'курс -"цена на" -нефть', '"цена на нефть"', "(курс | цена | рост) -(нефть | газ)"]
)
def test_words_and_phrases_need_no_grammar(text: str) -> None:
    assert plain.tree(text, 64) == parse(text).root


@pytest.mark.parametrize("text", ["курс ц1*", "ку*", "курс OR цена", "a_b", "курс  цена", "(a)", "from:a", "-a"])
def test_all_else_is_left_to_the_grammar(text: str) -> None:
    assert plain.tree(text, 64) is None


def test_words_without_the_grammar_are_counted_too() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("a " * 64 + "a")
    assert caught.value.reason == "too_many_terms"
    with pytest.raises(QuerySyntaxError) as caught:
        parse("(a | b) " * 32 + "a")
    assert caught.value.reason == "too_many_terms"

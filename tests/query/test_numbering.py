from hypothesis import given
from hypothesis import strategies as st

from monitor.query.document import Document
from monitor.query.numbering import MAX_SPANS, SPANS, numbers_of, spans_of, spans_within, word_of

ids = st.integers(min_value=0, max_value=2**44)


@given(ids, st.integers(min_value=1, max_value=2**39), st.floats(0, 1))
def test_spans_hold_every_id_within_and_not_many_without(first: int, length: int, place: float) -> None:
    spans = spans_within(first, first + length)
    if spans is None:
        assert length > (MAX_SPANS - 2) << SPANS[-1]
        return
    assert len(set(spans)) == len(spans) <= MAX_SPANS
    inside = first + int((length - 1) * place)
    assert len(set(spans) & set(spans_of(inside))) == 1
    far = length + (1 << SPANS[0])
    for outside in (first - far, first + length + far):
        assert outside < 0 or set(spans).isdisjoint(spans_of(outside))


def test_tokens_that_are_alike_to_queries_have_one_number_and_others_another() -> None:
    assert word_of("ёлка").number == word_of("елка").number
    assert word_of("арест").number != word_of("ареста").number
    assert word_of("арест").number >> 32 == word_of("ареста").number >> 32


def test_the_numbers_of_a_post_stand_in_the_order_of_its_tokens() -> None:
    found = numbers_of(Document("Арест в Баку, арест"), 5)
    assert found.terms[:4] == [word_of(raw).number for raw in ("Арест", "в", "Баку", "арест")]
    assert len(found.pairs) == 2, "those of the short word"
    assert all(0 <= pair < 4096 for pair in found.pairs)
    assert {number for number in found.terms if number < 0}.isdisjoint(spans_of(2**43))

"""What an edit has changed, as the reader sees it. Texts written for these tests."""

from hypothesis import given
from hypothesis import strategies as st

from bot.views.changes import changes
from bot.views.spans import Span


def seen(old: str, new: str) -> str:
    """[-gone-] and {+new+}, as a word diff writes them."""
    draft = changes(old, new)
    assert draft is not None
    text, marks = draft._text, {"strikethrough": ("[-", "-]"), "underline": ("{+", "+}")}
    for span in sorted(draft._spans, key=lambda span: -span.start):
        begin, end = marks[span.type]
        text = text[: span.start] + begin + text[span.start : span.end] + end + text[span.end :]
    return text


def test_what_is_gone_is_struck_through_and_what_is_new_underlined() -> None:
    assert (
        seen("Паром уйдёт в 11:00, ждут двое", "Паром уйдёт в 10:00, ждут двое")
        == "Паром уйдёт в [-11:00,-] {+10:00,+} ждут двое"
    )
    assert seen("Паром ушёл", "Паром ушёл\n\nUPD: и вернулся") == "Паром ушёл\n\n{+UPD: и вернулся+}"
    assert seen("Паром вчера ушёл", "Паром ушёл") == "Паром [-вчера-] ушёл"


def test_a_text_written_anew_is_not_compared() -> None:
    assert changes("Паром ушёл", "Музей маяка закрыт на ремонт до осени") is None


def test_the_new_texts_formatting_stays_where_it_was() -> None:
    draft = changes("Паром в порту", "Наш паром в порту", [Span(4, 9, "bold")])
    assert draft is None or [draft._text[s.start : s.end] for s in draft._spans if s.type == "bold"] == ["паром"]


@given(st.text(alphabet="аб \n", max_size=40), st.text(alphabet="аб \n", max_size=40))
def test_without_what_is_struck_through_the_new_text_is_left(old: str, new: str) -> None:
    draft = changes(old, new)
    if draft is not None:
        gone = {place for span in draft._spans if span.type == "strikethrough" for place in range(span.start, span.end)}
        left = "".join(character for place, character in enumerate(draft._text) if place not in gone)
        assert left.split() == new.split()

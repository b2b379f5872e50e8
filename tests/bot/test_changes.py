"""What an edit has changed, as the reader sees it. Texts written for these tests."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.views.changes import MOST_CHANGED, compare, draw
from bot.views.draft import Draft
from bot.views.spans import Span
from bot.views.subsequence import common

words = st.lists(st.sampled_from("абвгд"), max_size=12)


def changes(old: str, new: str, spans: Sequence[Span] = (), limit: int = 4096) -> Draft | None:
    stretches = compare(old, new)
    return None if stretches is None else draw(stretches, spans, limit)


def seen(old: str, new: str, limit: int = 4096) -> str:
    """[-gone-] and {+new+}, as a word diff writes them."""
    draft = changes(old, new, limit=limit)
    assert draft is not None
    assert draft.size <= limit
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
    assert draft is not None
    assert [draft._text[s.start : s.end] for s in draft._spans if s.type == "bold"] == ["паром"]


@given(st.text(alphabet="аб \n", max_size=40), st.text(alphabet="аб \n", max_size=40))
def test_without_what_is_struck_through_the_new_text_is_left(old: str, new: str) -> None:
    draft = changes(old, new)
    if draft is not None:
        gone = {place for span in draft._spans if span.type == "strikethrough" for place in range(span.start, span.end)}
        left = "".join(character for place, character in enumerate(draft._text) if place not in gone)
        assert left.split() == new.split()


def test_what_has_not_changed_is_not_compared() -> None:
    assert changes("Паром ушёл", "Паром ушёл") is None
    assert changes("Паром ушёл", "Паром  ушёл ") is None


def test_of_what_does_not_fit_the_changes_and_some_words_around_them_are_shown() -> None:
    before, after = " ".join(f"до{n}" for n in range(500)), " ".join(f"за{n}" for n in range(500))
    around = f"{' '.join(f'за{n}' for n in range(8))} …"
    assert (
        seen(f"{before} в 11:00 {after}", f"{before} в 10:00 {after}", 200)
        == f"… {' '.join(f'до{n}' for n in range(493, 500))} в [-11:00-] {{+10:00+}} {around}"
    )
    assert seen(after, f"UPD: {after}", 200) == f"{{+UPD:+}} {around}"
    assert seen(f"a {after} b", f"A {after} B", 200) == (
        f"[-a-] {{+A+}} {around} {' '.join(f'за{n}' for n in range(492, 500))} [-b-] {{+B+}}"
    )


def test_where_there_is_little_room_fewer_words_around_a_change_are_shown() -> None:
    old = "Сегодня утром в Северном порту паром на остров Лунный уйдёт в 11:00, ждут сорок машин"
    assert (
        seen(old, old.replace("11:00,", "10:00,"), limit=60)
        == "… Лунный уйдёт в [-11:00,-] {+10:00,+} ждут сорок машин"
    )
    assert seen(old, old.replace("11:00,", "полдень,"), limit=40) == "… в [-11:00,-] {+полдень,+} ждут …"


def test_what_is_gone_leaves_room_for_what_is_new() -> None:
    same, gone = "слово " * 500, "убрано " * 400
    shown = seen(f"{same}{gone}", f"{same}эвакуация")
    assert shown.count("убрано") < 50
    assert shown.endswith("…-] {+эвакуация+}")


def test_what_is_new_and_does_not_fit_is_cut_after_a_word() -> None:
    assert seen("паром " * 500, "паром " * 500 + "катер " * 300, 300).endswith("катер+} …")


def test_many_changes_are_one_so_that_telegram_takes_all_formatting() -> None:
    old, new = " ".join(f"а{n} б" for n in range(99)), " ".join(f"в{n} б" for n in range(99))
    draft = changes(f"{old} конец", f"начало {new} конец")
    assert draft is not None
    assert sorted(span.type for span in draft._spans) == ["strikethrough", "underline"]
    some = changes(" ".join(f"а{n} б" for n in range(MOST_CHANGED)), " ".join(f"в{n} б" for n in range(MOST_CHANGED)))
    assert some is not None
    assert some.marks == 2 * MOST_CHANGED


def test_the_posts_own_formatting_makes_room_for_what_says_what_is_gone() -> None:
    new = "Наш паром в порту " * 20
    draft = changes(f"Ваш{new[3:]}", new, [Span(n, n + 1, "bold") for n in range(100)])
    assert draft is not None
    assert {span.type for span in draft._spans} == {"strikethrough", "underline"}


def longest(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for word in old:
        before, row = row, [0]
        for place, other in enumerate(new):
            row.append(before[place] + 1 if word == other else max(before[place + 1], row[place]))
    return row[-1]


@given(words, words)
def test_as_many_words_as_possible_are_common(old: list[str], new: list[str]) -> None:
    pairs = common(old, new)
    assert len(pairs) == longest(old, new)
    assert [old[place] for place, _ in pairs] == [new[place] for _, place in pairs]
    for places in zip(*pairs, strict=True):
        assert list(places) == sorted(set(places))


def test_many_equal_words_are_read_a_few_times_each() -> None:
    """Of texts of few words, each of which stands everywhere, other methods look at every pair many times."""

    class Word(str):
        looks = 0
        __slots__ = ()

        def __hash__(self) -> int:
            Word.looks += 1
            return super().__hash__()

    old, new = [Word("аб"[n % 3 > 0]) for n in range(2000)], [Word("аб"[n * n % 5 > 1]) for n in range(2000)]
    assert len(common(old, new)) > 1000
    assert Word.looks < 5 * 4000

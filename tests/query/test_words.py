"""What counts as the same word: forms, tags, numbers, marks inside of words."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.syntax import parse
from monitor.query.tokens import TOKEN


def found(query: str, text: str) -> list[str] | None:
    """The words of the text on which the query matches."""
    spans = explain(parse(query), Document(text))
    return None if spans is None else [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Песков", "сообщил Пескову"),
        ("песков", "много песков"),
        ("Асадов", "с Асадовым"),
        ("асадов", "Асадова не было"),
        ("Суровикин", "про Суровикина"),
        ("Залужный", "у Залужного"),
        ("Саркисянц", "с Саркисянцем"),
        ("Завадцкий", "о Завадцком"),
        ("выборы", "#выборы"),
        ("выборы", "итоги #ВыборыПрезидента_2024"),
        ("президент", "итоги #ВыборыПрезидента_2024"),
        ("2024", "#выборы2024"),
        ("2024", "осенью 2024г."),
        ("2024", "سال ۲۰۲۴"),
        ("TSLA", "купил $TSLA"),
        ("ковид", "ковид19"),
        ("5%", "рост 5 % за год"),
        ('"5 %"', "рост 5% за год"),
        ("5", "рост 5%"),
        ("№5", "школа № 5"),
        ("№5", "школа №5"),
        ("1000000", "1,000,000 dollars"),
        ("1000000", "1'000'000 Franken"),
        ("1,000,000", "1 000 000 рублей"),
        ("1.5", "вырос на 1,5"),
        ("24/7", "работаем 24/7!"),
        ("азербайджан", "**Аз**ербайджан"),
        ("азербайджан", "Азер\u200bбайд\u00adжан"),
        ("переменную", "перемен**н**ую"),
        ("п'ять", "п`ять"),
        ("грунт", "ґрунту"),
        ("елка", "ёлками"),
        ("istanbul", "İSTANBUL"),
        ("hello", "hеllо"),  # with Cyrillic е and о
        ("namə", "namә"),  # with Cyrillic ә
        ("azərbaycanın", "Azərbaycanda"),
        ("~Ibragimov", "с Ибрагимовым"),
        ("~Ibragimov", "İbrahimovun sözləri"),
        ("~ибрагимов", "Ібрагімова немає"),
        ("~Ибраһимов", "IBRAHIMOV said"),
    ],
)
def test_a_query_finds(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Песков", "засыпали песком"),
        ("Морозов", "из-за мороза"),
        ("Асадов", "Асада свергли"),
        ("асадов", "Асада свергли"),
        ("Асад", "господин Асадов"),
        ("#выборы", "выборы"),
        ("#выборы", "#выборы2024"),
        ("№5", "5 школ"),
        ("5%", "5 рублей"),
        ("5", "вырос на 1,5"),
        ("durov", "пишите @durov"),
        ("1", "1 000 000"),
        ("~Ибрагимов", "ибрагимов"),  # names begin with a capital
        ("~Гасанов", "сказал Гусейнов"),
    ],
)
def test_a_query_does_not_find(query: str, text: str) -> None:
    assert found(query, text) is None


@given(st.text(alphabet=st.characters(), max_size=60), st.text(max_size=3))
@example("don't 2024г #ВыборыПрезидента example.org/a ŉ ﬁn ª ковид19", "e")
@example("Ǆenan ß ŉ don't", "en")
def test_the_tokens_with_a_beginning_are_those_with_a_key_that_begins_so(text: str, start: str) -> None:
    analysis = analyze(text)
    expected = [token.position for token in analysis.tokens if any(key.startswith(f"e{start}") for key in token.keys)]
    assert analysis.beginning(f"e{start}") == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(["а", "аб", "суд", "судно", " ", "№ 5", "#суд", "а**б"]), max_size=60), st.randoms())
def test_a_token_is_where_it_stands_in_whatever_order_one_asks(pieces: list[str], chance: random.Random) -> None:
    text = " ".join(pieces)
    expected = [hit.span(1) for hit in TOKEN.finditer(text)]
    order = list(range(len(expected)))
    chance.shuffle(order)
    analysis = analyze(text)
    assert {place: analysis.span(place) for place in order} == dict(enumerate(expected))

"""What the query language finds, and how it refuses."""

import pytest

from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import QuerySyntaxError, parse


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("ибрагимов гражданство", "Гражданства лишили Ибрагимова", ["Гражданства", "Ибрагимова"]),
        ('"взрыв в баку"', "Вчера взрыв в Баку", ["взрыв", "в", "Баку"]),
        ('"взрыв баку"', "взрыв в Баку", None),
        ('"взрыв баку"~1', "взрыв в Баку", ["взрыв", "Баку"]),
        ("=лук", "луком", None),
        ("арест*", "Арестовали двоих", ["Арестовали"]),
        ("~Ibragimov", "Сказал Ібрагімова и İbrahimovun", ["Ібрагімова", "İbrahimovun"]),
        (r"/\bкурс\s+\d+/", "Курс 95", ["Курс 95"]),
        (r"/\bкурс/", "ракурс", None),
        ("1000000", "уже 1 000 000 рублей", ["1 000 000"]),
        ("t.me/rian_ru", "см. https://t.me/rian_ru/12", ["https://t.me/rian_ru/12"]),
        ("арест", "а\u00adрест и аpест", ["а\u00adрест", "аpест"]),
        ("-кошка собака", "собаки и кошки", None),
        ("a b | c", "c", ["c"]),
    ],
)
def test_a_query_finds_these_words(query: str, text: str, found: list[str] | None) -> None:
    spans = explain(parse(query), Document(text))
    assert (None if spans is None else [text[start:end] for start, end in spans]) == found


@pytest.mark.parametrize(
    ("query", "reason", "position"),
    [
        ("", "empty", 0),
        ('a "b', "unclosed_quote", 2),
        ("a (b", "unclosed_bracket", 2),
        ("-a", "only_negative", 0),
        ("a | -b", "only_negative", 0),
        ("ар*", "short_prefix", 0),
        ("*", "short_prefix", 0),
        ("/(/", "bad_regex", 0),
        ("has:smell", "bad_filter", 0),
        ("after:soon", "bad_date", 0),
        ("a )", "unexpected", 2),
        ("a " * 400, "too_many_terms", 800),
        ("a" * 1001, "too_long", 1000),
        ("(" * 20 + "a", "too_deep", 12),
    ],
)
def test_a_wrong_query_says_why_and_where(query: str, reason: str, position: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    assert (caught.value.reason, caught.value.position) == (reason, position)


@pytest.mark.parametrize("query", ["a after:2025-07-01", "a -last:7d"])
def test_a_topic_may_not_ask_for_the_time(query: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        Matcher().add(1, parse(query))
    assert caught.value.reason == "search_only"


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "a-" * 10**5, "a." * 10**5, "1 000 " * 10**5, "\0\u202eа" * 10**4, "#@$" * 10**5]
)
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    assert len(analyze(text).keys) < 100

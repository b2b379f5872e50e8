"""Many standing queries: what they share is asked once, none stops another, and what is removed leaves nothing."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query import patterns, standing
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import QuerySyntaxError, parse
from monitor.topics import StandingTopics

QUERIES = (
    "курс", "курсы цена", "курс (цена | нефть) -рубль", '"на нефть"', '"курс цены" -рубль', '"цена на" х', '="на нефть"',
    '"t.me/a курс"', '"курс example.org"', '"цена на нефть"', '"курс нефть"~2 -цена', "нефт*", "~Песков", "lang:ru",
    "has:photo|link курс", "is:forward -курс", r"/цен[аы]\s/", r"/\d/", r"/ЦБ|\d{2}/", "(курс рубль) | (цена -нефть)",
    "from:@news (курс | /\\d/)", "курс цена нефть рубль", "(курс | нефт* | from:@news)", "-(курс нефть) цена", "has:link", "1.5",
)  # fmt: skip
WORDS = st.sampled_from(
    ["курс", "Курсы", "цена", "цены", "на", "нефть", "рублей", "Пескова", "ЦБ", "12", "1.5", "t.me/a", "х"]
)
DOCUMENTS = st.builds(
    Document,
    st.lists(WORDS, max_size=8).map(" ".join),
    channel=st.sampled_from([None, "News", "@news"]),
    language=st.sampled_from([None, "ru", "en"]),
    media=st.frozensets(st.sampled_from(["photo", "video"])),
    is_forward=st.booleans(),
    links=st.sampled_from([(), ("https://example.org/x",)]),
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, len(QUERIES) - 1), st.booleans()), max_size=40), st.lists(DOCUMENTS, max_size=3)
)
def test_whatever_was_added_and_removed_the_rest_answers_as_alone(
    steps: list[tuple[int, bool]], posts: list[Document]
) -> None:
    matcher = Matcher(["цена на нефть", "курс на"])
    kept: set[int] = set()
    for number, added in steps:
        (kept.add if added else kept.discard)(number)
        matcher.add(number, parse(QUERIES[number])) if added else matcher.remove(number)
        for post in posts[:1]:
            matcher.match(post)
    for post in posts:
        assert sorted(matcher.match(post)) == sorted(n for n in kept if explain(parse(QUERIES[n]), post) is not None)
    assert len(matcher) == len(kept)


@settings(deadline=None, max_examples=150)
@given(st.lists(DOCUMENTS, min_size=1, max_size=5))
def test_where_standing_queries_hold_is_where_each_would_say_alone(posts: list[Document]) -> None:
    topics = StandingTopics.of(dict(enumerate(QUERIES)), ["цена на нефть", "курс на"])
    for post in posts:
        alone = ((number, explain(parse(query), post)) for number, query in enumerate(QUERIES))
        assert topics.found(post) == {number: spans for number, spans in alone if spans is not None}


def test_what_a_token_leads_to_is_found_anew_once_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "CACHED", 4)
    matcher = Matcher()
    for key, word in enumerate(("курс", "цена", "нефть", "рубль", "банк")):
        matcher.add(key, parse(word))

    def found() -> list[list[int]]:
        return [matcher.match(Document(text)).tolist() for text in ("курс", "цена", "нефть", "курс", "рубль", "банк")]

    assert found() == found() == [[0], [1], [2], [0], [3], [4]]
    matcher.remove(0)
    assert found() == [[], [1], [2], [], [3], [4]]


def test_many_exclusions_of_one_word_are_all_heeded() -> None:
    words = [f"слово{number}" for number in range(300)]
    matcher = Matcher()
    for number, word in enumerate(words):
        matcher.add(number, parse(f"курс -{word}"))
    for text in ("курс", "курс слово7", "курс " + " ".join(words[:100]), "слово7"):
        document = Document(text)
        expected = [n for n, word in enumerate(words) if "курс" in text and word not in text.split()]
        assert sorted(matcher.match(document)) == expected


def test_many_phrases_of_one_word_are_all_found() -> None:
    words = [f"слово{number}" for number in range(300)]
    matcher = Matcher()
    for number, word in enumerate(words):
        matcher.add(number, parse(f'"на {word}"'))
        matcher.add(1000 + number, parse(f'"на {word}" курс'))
    text = "Курс на " + " на ".join(words[:100]) + " слово200"
    assert sorted(matcher.match(Document(text))) == [*range(100), *range(1000, 1100)]
    for number in range(300):
        matcher.remove(number)
    assert sorted(matcher.match(Document(text))) == [*range(1000, 1100)]


def test_equal_queries_of_many_owners_are_all_found() -> None:
    matcher = Matcher()
    for number in (5, 1, 9, 3):
        matcher.add(number, parse("курс цена"))
    matcher.remove(9)
    assert sorted(matcher.match(Document("цены и курсы"))) == [1, 3, 5]


def test_a_query_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    matcher = Matcher()
    matcher.add(1, parse("/кур./"))
    matcher.add(2, parse("курс"))
    monkeypatch.setattr(patterns, "compiled", lambda source: 1 / 0)
    with caplog.at_level(logging.CRITICAL):
        assert list(matcher.match(Document("курс"))) == [2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\0", "empty"), ("\u202e\u200f", "empty"), (" , ; – ", "empty"), ("-", "empty"), ("*", "short_prefix"),
        ("**", "short_prefix"),
        ("арест**", "short_prefix"), ("слово " * 10_000, "too_long"), ("а" * 10**6, "too_long"), ("a " * 65, "too_many_terms"),
        ("((((((((((((((a", "too_deep"), ('"', "unclosed_quote"), ('a "b c', "unclosed_quote"), ("(a", "unclosed_bracket"),
        ("a)", "unexpected"), ("()", "unexpected"), ('""', "unexpected"), ("!!!", "unexpected"), ("--a", "unexpected"),
        ("a |", "unexpected"), ("| a", "unexpected"), ("OR", "unexpected"), ('"a b"~100', "unexpected"), ("-a -b", "only_negative"),
        ("-(-a)", "only_negative"), ("has:", "bad_filter"), ("from:", "bad_filter"), ("lang:русский", "bad_filter"),
        ("last:0d", "bad_date"), ("after:2025-02-30", "bad_date"), ("/а", "unexpected"), ("/[/", "bad_regex"),
    ],
)  # fmt: skip
def test_a_hostile_query_gets_a_reason_and_a_place(text: str, reason: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.reason == reason
    assert 0 <= caught.value.position <= len(text)
    assert caught.value.hint


@given(st.text(alphabet='аbОR"()|-=~*/@#$.,:\\\n\0\u202e 1«»', max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_query_is_read_or_refused_and_its_print_reads_back(text: str) -> None:
    try:
        query = parse(text)
    except QuerySyntaxError:
        return
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    "text", ["а" * 10**5, "курс " * 5_000, "\0" * 10**4, "\u202eкурс" * 1_000, "https://a.b/" + "курс" * 1_000]
)
def test_a_hostile_text_gets_the_answers_it_would_get_one_by_one(text: str) -> None:
    queries = (*QUERIES, "/ккурс/", "/ск/")
    matcher = Matcher()
    for number, query in enumerate(queries):
        matcher.add(number, parse(query))
    document = Document(text)
    expected = [n for n, query in enumerate(queries) if explain(parse(query), document) is not None]
    assert sorted(matcher.match(document)) == expected

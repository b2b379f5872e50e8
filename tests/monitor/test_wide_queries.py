"""The largest queries that can be written are answered by both indexes, and with the same posts as one by one."""

import pytest

from monitor.database import Sessions
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.syntax import parse
from monitor.search import count, search
from tests.monitor.arrivals import arrival, arrive, texts, watch

WORDS = [first + second for first in "абвгдежзиклмнопрст" for second in "аеиоуыэюя"]
POSTS = [" ".join(WORDS), "аа 5% №5 c++ 24/7 it's", "аа абажур $TSLA", "бббб вааев"]


@pytest.mark.parametrize(
    "query",
    [
        " | ".join(WORDS[:64]),
        " ".join(WORDS[:64]),
        "аа " + " ".join(f"-{word}" for word in WORDS[1:64]),
        f'"{" ".join(WORDS[:64])}"',
        " | ".join(f"~{word}аев" for word in WORDS[:60]),
        " | ".join(f"{word}аб*" for word in WORDS[:60]),
        "(" * 9 + "аа" + ")" * 9,
        " | ".join(f"(аа -{word})" for word in WORDS[1:32]),
        " | ".join(f"({word} (аб | {word}))" for word in WORDS[:20]),
        "5% | №5 | 24/7 | a.b/c | $TSLA | #тег | @имя | it's | c++ | 1'000",
        '"5% №5" | "c++ 24/7"',
    ],
)
async def test_a_query_of_any_width_finds_what_satisfies_it(sessions: Sessions, query: str) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(number, body) for number, body in enumerate(POSTS, 1)))
    expected = [body for body in reversed(POSTS) if explain(parse(query), Document(body)) is not None]
    async with sessions() as session:
        assert texts((await search(session, query)).posts) == expected
        assert await count(session, query, 10) in (None, len(expected))


async def test_a_prefix_is_found_among_many_words_with_the_same_first_letters(sessions: Sessions) -> None:
    await watch(sessions)
    bodies = ["новостей" if number in (3, 5, 90, 150) else "новобранцы" for number in range(1, 201)]
    await arrive(sessions, *(arrival(number, f"{body} {number}") for number, body in enumerate(bodies, 1)))
    async with sessions() as session:
        first = await search(session, "новост*", limit=2)
        rest = await search(session, "новост*", before=first.next, limit=2)
        only = await search(session, "новобр* -новост* -новобранцы")
    assert (texts(first.posts), texts(rest.posts)) == (["новостей 150", "новостей 90"], ["новостей 5", "новостей 3"])
    assert (rest.next, only.posts) == (None, [])

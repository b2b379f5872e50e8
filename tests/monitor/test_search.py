from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.database import Sessions
from monitor.query.numbering import pair, word_of
from monitor.query.syntax import QuerySyntaxError
from monitor.search import scan, search
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, texts, watch


async def test_the_newest_comes_first_also_when_backfill_brought_it_earlier(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(3, "третье посольство"))
    await arrive(sessions, arrival(1, "первое посольство"), arrival(2, "второе посольство"))
    async with sessions() as session:
        page = await search(session, "посольство")
    assert texts(page.posts) == ["третье посольство", "второе посольство", "первое посольство"]
    assert page.next is None


async def test_pages_follow_each_other_without_gaps_or_repeats(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(number, f"новость {number} Баку") for number in range(1, 13)))
    seen, before = [], None
    async with sessions() as session:
        while True:
            page = await search(session, "Баку", before=before, limit=5)
            seen += [found.post.message_id for found in page.posts]
            if page.next is None:
                break
            before = page.next
    assert seen == list(range(12, 0, -1))


async def test_any_form_of_a_word_is_found(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Ибрагимова лишили гражданства"), arrival(2, "Погода в Сочи"))
    async with sessions() as session:
        page = await search(session, "ибрагимов гражданство")
    (found,) = page.posts
    assert [found.post.text[start:end] for start, end in found.spans] == ["Ибрагимова", "гражданства"]


async def test_an_edited_post_is_found_by_its_new_text_alone(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Арестован танкер"))
    await arrive(sessions, arrival(1, "Отпущен паром", edit_date=NOW + timedelta(minutes=1)))
    async with sessions() as session:
        assert (await search(session, "танкер")).posts == []
        assert texts((await search(session, "паром")).posts) == ["Отпущен паром"]


async def test_a_search_reads_on_beyond_one_batch(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(number, f"Баку {number}") for number in range(1, 131)))
    async with sessions() as session:
        assert len([found async for found in scan(session, "Баку")]) == 130


async def test_a_wrong_query_says_where(sessions: Sessions) -> None:
    async with sessions() as session:
        with pytest.raises(QuerySyntaxError) as caught:
            await search(session, 'Баку "посольство')
    assert caught.value.position == 5


async def test_a_phrase_is_not_found_where_other_neighbours_share_its_number(sessions: Sessions) -> None:
    """PostgreSQL's index holds pairs as one of 4,096 numbers: among 2,000 pairs many have the same."""
    letters = "абвгдежзиклмнопрстуфхцчшщэюя"
    pairs = [(one, other + another) for one in letters for other in letters for another in "рст"]
    shared: dict[int, list[tuple[str, str]]] = {}
    for one, other in pairs:
        shared.setdefault(pair(word_of(one).number, word_of(other).number), []).append((one, other))
    (left, right), (one, other) = next(same for same in shared.values() if len(same) == 2 and same[0][0] != same[1][0])
    await watch(sessions)
    await arrive(sessions, arrival(1, f"{left} {right}"), arrival(2, f"{one} {other} {right} {left}"))
    async with sessions() as session:
        assert texts((await search(session, f'"{left} {right}"')).posts) == [f"{left} {right}"]


async def test_a_host_is_asked_for_by_one_number_however_many_addresses_it_has(sessions: Sessions) -> None:
    await watch(sessions)
    several = (arrival(number, f"Новость http://example.org/{number}/a дня") for number in range(1, 21))
    await arrive(sessions, *several, arrival(21, "Ссылка", links=("https://m.example.org/21",)), arrival(22, "example"))
    async with sessions() as session:
        assert len((await search(session, "example.org", limit=30)).posts) == 21
        assert texts((await search(session, '"новость example.org/5"')).posts) == ["Новость http://example.org/5/a дня"]
        assert (await search(session, '"дня example.org"')).posts == []
        if session.get_bind().dialect.name == "postgresql":
            assert await session.scalar(text("SELECT count(*) FROM post_index_words WHERE form = ''")) == 0


async def test_a_phrase_does_not_run_through_two_addresses(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Ссылки", links=("https://alpha.org", "https://beta.org")))
    async with sessions() as session:
        assert len((await search(session, "alpha.org beta.org")).posts) == 1
        assert (await search(session, '"alpha.org beta.org"')).posts == []


async def test_a_prefix_of_three_characters_that_are_one_letter_is_searched_for(sessions: Sessions) -> None:
    """Tatweel only lengthens what stands before it."""
    await watch(sessions)
    letters = "بتثجحخدذرزسشصضط"
    await arrive(sessions, arrival(1, " ".join("ا" + one + two for one in letters for two in letters)))
    async with sessions() as session:
        assert len((await search(session, "ــا*")).posts) == 1

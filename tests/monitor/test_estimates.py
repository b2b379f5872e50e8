"""How often a query would have rung, and what would make it better: on posts whose numbers are known."""

from datetime import timedelta

import pytest

from monitor import estimates, suggestions
from monitor.database import Sessions
from monitor.estimates import Estimate, estimate
from monitor.incoming import IncomingPost
from monitor.models import Subscription
from monitor.suggestions import How, Suggestion, changed, suggest
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrive, watch

HOUR = timedelta(hours=1)


async def fill(sessions: Sessions, texts: list[str], every: timedelta = HOUR) -> None:
    """The last text is the newest post, half an hour old."""
    await watch(sessions)
    posts = [
        IncomingPost(CHANNEL, number, NOW - HOUR / 2 - every * (len(texts) - number), text)
        for number, text in enumerate(texts, 1)
    ]
    await arrive(sessions, *posts)


async def tried(sessions: Sessions, query: str) -> tuple[Estimate, list[Suggestion]]:
    async with sessions() as session:
        known = await estimate(session, query, NOW)
        return known, await suggest(session, query, known, NOW)


async def test_posts_are_counted_by_day(sessions: Sessions) -> None:
    await fill(sessions, ["Пожар в Баку", "Тихо"] * 36)
    known, _ = await tried(sessions, "пожар")
    assert (known.days, known.is_exact, known.is_least) == ((12, 12, 12), True, False)
    assert (known.total, known.a_day) == (36, 12)
    assert [found.post.message_id for found in known.examples] == [71, 69, 67]


async def test_of_posts_that_tell_the_same_one_is_shown(sessions: Sessions) -> None:
    news = "Паром между Северным портом и островом не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин"
    for channel in range(4):
        await watch(sessions, CHANNEL + channel, f"port{channel}")
    other = IncomingPost(CHANNEL, 1, NOW - 2 * HOUR, "Паром вышел из ремонта")
    same = [IncomingPost(CHANNEL + n, 2, NOW - HOUR + n * HOUR / 60, f"⚡️ {news}") for n in range(4)]
    await arrive(sessions, other, *same)
    known, _ = await tried(sessions, "паром")
    assert known.total == 5
    assert [found.channel.id for found in known.examples] == [CHANNEL + 3, CHANNEL]


@pytest.mark.parametrize(
    ("channels", "languages", "numbers"),
    [(None, None, [3, 2, 1]), ([str(CHANNEL)], None, [2, 1]), (None, ["ru"], [2, 1]), ([str(CHANNEL + 1)], ["ru"], [])],
)
async def test_a_subscription_counts_what_it_lets_through(
    sessions: Sessions, channels: list[str] | None, languages: list[str] | None, numbers: list[int]
) -> None:
    await watch(sessions)
    await watch(sessions, CHANNEL + 1, "port")
    texts = [
        (CHANNEL, "Пожар в Баку тушили всю ночь, сообщили в министерстве по чрезвычайным ситуациям"),
        (CHANNEL, "Пожар в порту потушен, пострадавших нет, сообщили в пресс-службе министерства"),
        (CHANNEL + 1, "Bakıda yanğın söndürüldü, xəsarət alan yoxdur, nazirlikdən bildirilib, пожар"),
    ]
    await arrive(sessions, *(IncomingPost(at, n, NOW - HOUR * (4 - n), text) for n, (at, text) in enumerate(texts, 1)))
    told = Subscription(channels=channels, languages=languages)
    async with sessions() as session:
        known = await estimate(session, "пожар", NOW, told=told)
    assert [found.post.message_id for found in known.found] == numbers
    assert known.total == len(numbers)


async def test_what_was_before_the_thirty_days_does_not_count(sessions: Sessions) -> None:
    await fill(sessions, ["Пожар"] * 40, timedelta(days=1))
    known, _ = await tried(sessions, "пожар")
    assert (len(known.days), known.total) == (30, 30)


async def test_a_query_that_the_index_only_narrows_is_read_or_reckoned(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sessions, ["Взрыв в метро Баку", "Взрыв метеорита, метро стоит"] * 40)
    known, _ = await tried(sessions, '"взрыв в метро"')
    assert (known.total, known.is_exact) == (40, True)
    monkeypatch.setattr(estimates, "SAMPLE", 20)
    async with sessions() as session:
        known = await estimate(session, "/взрыв (в|на) метро/", NOW, sample=20)
    assert known.is_exact is False
    assert 25 <= known.total <= 55


async def test_more_than_can_be_looked_at_is_said_to_be_more(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sessions, ["Пожар"] * 96)
    monkeypatch.setattr(estimates, "MOST", 60)
    known, _ = await tried(sessions, "пожар")
    assert known.is_least
    assert known.a_day == pytest.approx(24, abs=1)


async def test_an_empty_archive_knows_nothing(sessions: Sessions) -> None:
    known, better = await tried(sessions, "пожар")
    assert (known.days, known.examples, better) == ((0,), (), [])


async def test_a_word_that_most_of_the_noise_has_is_offered_to_be_left_out(sessions: Sessions) -> None:
    noise = ["Лук подорожал, рецепты пирогов внутри", "Рецепт: лук и сыр", "Лук вырос в цене"]
    others = ["Открыли выставку картин", "Погода завтра", "Футбол: счёт ничейный"]
    await fill(sessions, [text for pair in zip(noise * 40, others * 40, strict=True) for text in pair], HOUR / 4)
    known, better = await tried(sessions, "лук")
    assert known.a_day > suggestions.WIDE
    first = better[0]
    assert first.how is How.WITHOUT
    assert first.word in ("рецепты", "рецепт")
    assert 30 <= first.total <= 50
    async with sessions() as session:
        assert (await estimate(session, first.query, NOW)).total == 40


@pytest.mark.parametrize(
    ("query", "how", "word"),
    [
        ("Zelensky", How.NAME, "Zelensky"),
        ("арестант", How.PREFIX, "арестант"),
        ("взрыв Гянджа", How.DROP, "Гянджа"),
    ],
)
async def test_what_finds_hardly_anything_is_offered_what_finds_more(
    sessions: Sessions, query: str, how: How, word: str
) -> None:
    texts = ["Зеленский прибыл", "Взрыв на складе", "Арестантам дали срок", "арестантский быт"]
    await fill(sessions, texts * 4 + ["Тихо"] * 20, timedelta(days=1))
    known, better = await tried(sessions, query)
    found = {(each.how, each.word): each for each in better}
    assert found[how, word].total > known.total
    async with sessions() as session:
        assert (await estimate(session, found[how, word].query, NOW)).total == found[how, word].total


async def test_what_rings_now_and_then_is_left_alone(sessions: Sessions) -> None:
    await fill(sessions, ["Пожар", "Тихо"] * 10, timedelta(days=1))
    assert (await tried(sessions, "пожар"))[1] == []


@pytest.mark.parametrize(
    ("query", "how", "word", "expected"),
    [
        ("a | b", How.WITHOUT, "шум", "(a | b) -шум"),
        ("лук сыр", How.WITHOUT, "рецепт", "лук сыр -рецепт"),
        ("Иванов арест", How.NAME, "Иванов", "~Иванов арест"),
        ("программирование", How.PREFIX, "программирование", "программирован*"),
        ("дело | суд", How.DROP, "дело", "суд"),
        ("лук -сыр", How.DROP, "лук", None),
        ("лук", How.DROP, "лук", None),
        ("лук", How.NAME, "сыр", "лук"),
        ("лук", How.WITHOUT, '"', None),
    ],
)
def test_a_button_changes_a_query(query: str, how: How, word: str, expected: str | None) -> None:
    assert changed(query, how, word) == expected

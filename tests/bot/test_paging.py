"""/search and its buttons, on stored posts."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.i18n import translator
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel
from monitor.topics import StandingTopics
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
WORDS = ["один", "два", "три", "пять", "шесть", "семь", "девять", "десять", "сто", "тысяча", "миллион", "миллиард"]


@pytest.fixture
async def archive(sqlite_sessions: Sessions) -> Sequence[str]:
    """Twelve posts about Baku, told apart by a word of their own; newest first."""
    posts = [
        IncomingPost(10, number, NOW - timedelta(hours=number), f"посольство в Баку {word}")
        for number, word in enumerate(WORDS, 1)
    ]
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="news", title="News", added_at=NOW))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)
    return WORDS


def shown(request: Request) -> list[str]:
    lines = [line for line in request.text.splitlines() if "посольство" in line]
    return [line.split()[-1] for line in lines]


async def press(reader: Chat, page: Request, label: str) -> Request:
    answered, edited = await reader.press(page.buttons()[EN(label)])
    assert (answered.method, edited.method) == ("answerCallbackQuery", "editMessageText")
    return edited


async def test_a_search_is_paged_to_the_oldest_post_and_back(reader: Chat, archive: Sequence[str]) -> None:
    (first,) = await reader.say("/search Баку")
    assert shown(first) == archive[:5]
    assert first.marked("bold").count("Баку") == 6
    second = await press(reader, first, "search-older")
    third = await press(reader, second, "search-older")
    assert (shown(second), shown(third)) == (archive[5:10], archive[10:])
    assert EN("search-older") not in third.buttons()
    back = await press(reader, third, "search-newer")
    assert shown(back) == archive[5:10]
    newest = await press(reader, back, "search-newer")
    assert shown(newest) == archive[:5]
    assert EN("search-newer") not in newest.buttons()


async def test_a_search_that_finds_nothing_says_so(reader: Chat, archive: Sequence[str]) -> None:
    (answer,) = await reader.say("/search динозавр")
    assert answer.text == EN("search-nothing", query="динозавр")


async def test_a_button_of_somebody_elses_search_opens_nothing(
    telegram: ScriptedTelegram, reader: Chat, archive: Sequence[str]
) -> None:
    (first,) = await reader.say("/search Баку")
    (refused,) = await Chat(telegram, user=8).press(first.buttons()[EN("search-older")])
    assert (refused.method, refused.text) == ("answerCallbackQuery", EN("error-search_gone"))
    assert refused.params["show_alert"] is True


async def test_the_first_page_says_how_many_there_are(reader: Chat, archive: Sequence[str]) -> None:
    (first,) = await reader.say("/search Баку")
    assert first.text.partition("\n")[0] == f"🔎 Баку · {EN('search-count', count=len(archive))}"
    second = await press(reader, first, "search-older")
    assert second.text.partition("\n")[0] == f"🔎 Баку · {EN('search-page', number=2)}"

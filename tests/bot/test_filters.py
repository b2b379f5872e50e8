"""What the buttons under the answers do: filters, "alert me", a link; /last and inline queries."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.i18n import locales, translator
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel, Search, Topic
from monitor.questions import wording
from monitor.topics import StandingTopics
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
RUSSIAN = "в посольстве Баку сегодня день открытых дверей для всех желающих"
UKRAINIAN = "у посольстві Баку сьогодні день відкритих дверей для всіх охочих"


@pytest.fixture
async def archive(sqlite_sessions: Sessions) -> None:
    """Four posts about Baku in two channels and two languages: with a photo yesterday, and one a year ago."""
    posts = [
        IncomingPost(10, 1, NOW - timedelta(hours=1), f"{RUSSIAN} утром"),
        IncomingPost(20, 1, NOW - timedelta(hours=2), UKRAINIAN),
        IncomingPost(10, 2, NOW - timedelta(days=2), f"{RUSSIAN} с фотографией", media=("photo",)),
        IncomingPost(10, 3, NOW - timedelta(days=400), f"{RUSSIAN} в прошлом году"),
    ]
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="News", title="Новости", added_at=NOW))
        session.add(Channel(id=20, username="visti", title="Вісті", added_at=NOW, watched=False))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)


def shown(request: Request) -> list[str]:
    return [line for line in request.text.splitlines() if "Баку" in line and "🔎" not in line]


async def press(reader: Chat, message: Request, label: str) -> Request:
    found = next(data for text, data in message.buttons().items() if label in text)
    _, edited = await reader.press(found)
    return edited


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [("channel", "Вісті", 1), ("language", "українська", 1), ("period", "24h", 2), ("media", "photo", 1)],
)
@pytest.mark.usefixtures("archive")
async def test_a_filter_is_set_and_lifted_by_buttons_in_the_same_message(
    reader: Chat, name: str, value: str, left: int
) -> None:
    (found,) = await reader.say("/search Баку")
    assert len(shown(found)) == 4
    offered = await press(reader, found, EN(f"filter-{name}-any"))
    assert offered.method == "editMessageReplyMarkup"
    label = EN(f"filter-{name}-{value}") if name in ("period", "media") else value
    narrowed = await press(reader, offered, label)
    assert len(shown(narrowed)) == left
    assert f"🔎 Баку · {EN('search-count', count=left)}" in narrowed.text
    again = await press(reader, narrowed, EN(f"filter-{name}-icon"))
    assert len(shown(await press(reader, again, EN(f"filter-{name}-any")))) == 4


@pytest.mark.usefixtures("archive")
async def test_filters_add_up_and_what_they_leave_nothing_of_can_be_lifted(reader: Chat) -> None:
    (found,) = await reader.say("/search Баку | Киев")
    one = await press(reader, await press(reader, found, EN("filter-media-any")), EN("filter-media-photo"))
    both = await press(reader, await press(reader, one, EN("filter-period-any")), EN("filter-period-24h"))
    assert both.text == EN("search-nothing", query="Баку | Киев")
    back = await press(reader, await press(reader, both, EN("filter-period-icon")), EN("filter-period-any"))
    assert len(shown(back)) == 1


@pytest.mark.usefixtures("archive")
async def test_alert_me_subscribes_to_the_filtered_search_without_its_period(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    (found,) = await reader.say("/search Баку")
    narrowed = await press(reader, await press(reader, found, EN("filter-channel-any")), "Вісті")
    narrowed = await press(reader, await press(reader, narrowed, EN("filter-period-any")), EN("filter-period-7d"))
    (answer,) = await reader.press(narrowed.buttons()[EN("search-alert")])
    assert answer.text == EN("subscribed", topic="Баку from:@visti")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Topic.query)) == "Баку from:@visti"
    (answer,) = await reader.press(narrowed.buttons()[EN("search-alert")])
    assert answer.text == EN("subscribed-already", topic="Баку from:@visti")


async def test_a_search_that_finds_nothing_can_wait_for_an_alert(reader: Chat) -> None:
    (found,) = await reader.say("/search динозавр")
    (answer,) = await reader.press(found.buttons()[EN("search-alert")])
    assert answer.text == EN("subscribed", topic="динозавр")


@pytest.mark.usefixtures("archive")
async def test_a_link_leads_somebody_else_to_the_same_answers_and_to_buttons_of_their_own(
    telegram: ScriptedTelegram, reader: Chat
) -> None:
    (found,) = await reader.say("/search Баку")
    narrowed = await press(reader, await press(reader, found, EN("filter-channel-any")), "Вісті")
    shared = await press(reader, narrowed, EN("search-share"))
    copied = shared.params["reply_markup"]["inline_keyboard"][1][0]["copy_text"]["text"]
    assert copied.startswith("https://t.me/dozor_bot?start=s_")
    again = await press(reader, narrowed, EN("search-share"))
    assert again.params == shared.params
    other = Chat(telegram, user=8)
    (opened,) = await other.say(f"/start {copied.partition('=')[2]}")
    assert shown(opened) == shown(narrowed)
    assert len(shown(await press(other, await press(other, opened, EN("filter-channel-icon")), "All"))) == 4
    (gone,) = await other.say("/start s_nothing")
    assert gone.text == EN("error-search_gone")


@pytest.mark.usefixtures("archive")
async def test_last_shows_the_newest_posts_of_a_channel_that_is_watched_or_was(reader: Chat) -> None:
    (found,) = await reader.say("/last @NEWS")
    assert [line.split()[-1] for line in shown(found)] == ["утром", "фотографией", "году"]
    (found,) = await reader.say("/last https://t.me/visti")
    assert len(shown(found)) == 1
    (unknown,) = await reader.say("/last @nobody")
    assert unknown.text == EN("error-unknown_channel", name="@nobody")
    (usage,) = await reader.say("/last")
    assert usage.text == EN("last-usage")


@pytest.mark.usefixtures("archive")
async def test_an_inline_query_offers_cards_and_the_way_to_all_answers(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    answer = await reader.look_up("Баку")
    assert (answer.method, answer.params["is_personal"]) == ("answerInlineQuery", True)
    results = answer.params["results"]
    assert results[0]["title"] == "Новости · Jul 1, 2025"
    content = results[0]["input_message_content"]
    assert content["message_text"].startswith("📢 Новости · ")
    assert "bold" in {entity["type"] for entity in content["entities"]}
    assert len(results) == 4
    assert answer.params["next_offset"] == ""
    parameter = answer.params["button"]["start_parameter"]
    (opened,) = await reader.say(f"/start {parameter}")
    assert len(shown(opened)) == 4
    assert (await reader.look_up("Баку")).params["button"]["start_parameter"] == parameter


async def test_inline_results_go_on_where_the_offset_says(
    reader: Chat, sqlite_sessions: Sessions, many: Sequence[str]
) -> None:
    first = await reader.look_up("Баку")
    second = await reader.look_up("Баку", first.params["next_offset"])
    assert [len(page.params["results"]) for page in (first, second)] == [20, 5]
    assert second.params["next_offset"] == ""
    assert not {r["id"] for r in first.params["results"]} & {r["id"] for r in second.params["results"]}


@pytest.fixture
async def many(sqlite_sessions: Sessions) -> Sequence[str]:
    texts = [f"Баку {number}" for number in range(25)]
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="news", title="News", added_at=NOW))
        await session.flush()
        posts = [IncomingPost(10, n, NOW - timedelta(minutes=n), text) for n, text in enumerate(texts, 1)]
        await ingest(session, StandingTopics(), posts, now=NOW)
    return texts


async def test_an_inline_query_that_cannot_be_answered_says_why_above_the_list(reader: Chat) -> None:
    assert (await reader.look_up("")).params["button"]["text"] == EN("inline-hint")
    assert (await reader.look_up("динозавр")).params["button"]["text"] == EN("inline-nothing")
    wrong = await reader.look_up('"взрыв')
    assert wrong.params["results"] == []
    assert EN("error-query_syntax", reason="unclosed_quote", position=1)[:30] in wrong.params["button"]["text"]


async def test_an_inline_query_obeys_the_access_rule(running: Running) -> None:
    async with running(access="closed") as telegram:
        answer = await Chat(telegram).look_up("Баку")
        assert answer.params["results"] == []
        assert answer.params["button"]["text"] == EN("error-access_closed")


@pytest.mark.parametrize("locale", locales())
def test_no_label_of_a_filter_is_too_long_for_a_phone(locale: str) -> None:
    l10n = translator(locale)
    any_ = [l10n(f"filter-{name}-any") for name in ("channel", "language", "period", "media")]
    values = [l10n(f"filter-period-{value}") for value in ("24h", "7d", "30d", "365d")]
    values += [l10n(f"filter-media-{value}") for value in ("photo", "file", "link", "poll")]
    assert max(map(len, [*any_, *values, l10n("search-alert"), l10n("search-share")])) <= 18


def test_filters_are_written_in_the_query_language() -> None:
    kept = Search(query="Баку | Киев", filters={"media": "photo|video", "channel": "news"})
    assert wording(kept.query, kept.filters) == "(Баку | Киев) from:@news has:photo|video"
    assert wording(kept.query, {}) == "Баку | Киев"

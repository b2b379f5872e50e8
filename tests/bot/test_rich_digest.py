"""Digests as rich messages, and the classic one in their place. Texts written for these tests."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import InputRichMessage
from sqlalchemy import update

from bot import views
from bot.i18n import translator
from bot.views import Shown
from monitor import digest
from monitor.database import Sessions
from monitor.incoming import stored_text
from monitor.models import Channel, DeliveryState, Mode, Subscriber, Subscription, Topic
from sandbox.botapi.rich import rich_message
from tests.bot.telegram import Chat
from tests.bot.test_bad_posts import BROKEN
from tests.bot.test_relay import Delivering, states
from tests.bot.test_views import post
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

L10N = translator("en")
PORT = Channel(id=10, username="port", title="Порт")
LIGHTHOUSE = Channel(id=11, username="lighthouse", title="Маяк")


def shown(text: str, topic: str | None, channel: Channel = PORT, **fields: Any) -> Shown:
    return Shown(post(text, **fields), channel, [(0, 5)], [Topic(id=1, name=topic)] if topic else [])


def given(rich: InputRichMessage) -> dict[str, Any]:
    """As it goes over the wire."""
    return rich.model_dump(mode="json", exclude_none=True)


def words(value: Any) -> Iterator[str]:
    """Every text of a rich message, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from words(part)
    elif isinstance(value, dict):
        for name in ("summary", "text", "blocks", "items"):
            yield from words(value.get(name))


def test_topics_fold_and_a_story_stands_once_with_who_told_it_too() -> None:
    posts = [
        shown("Паром снова ходит", "паром", id=1, story_id=1),
        shown("Маяк закрыт", "маяк", id=2),
        shown("Паром ходит снова", "паром", LIGHTHOUSE, id=3, story_id=1),
        shown("Без темы", None, id=4),
    ]
    message = given(views.rich_digest(posts, L10N))
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["heading", "details", "details", "list"]
    ferry = "".join(words(message["blocks"][1]))
    assert "паром · 2" in ferry
    assert "Паром снова ходит" in ferry
    assert "Паром ходит снова" not in ferry
    assert "Маяк" in ferry


def test_what_matched_is_bold_and_the_channel_leads_to_the_post() -> None:
    message = given(views.rich_digest([shown("Паром снова ходит", "паром")], L10N))
    (item,) = message["blocks"][1]["blocks"][0]["items"]
    pieces = item["blocks"][0]["text"]
    assert pieces[0] == {"type": "url", "text": "Порт", "url": "https://t.me/port/5"}
    assert {"type": "bold", "text": "Паром"} in pieces
    assert " снова ходит" in pieces


@pytest.mark.parametrize("name", BROKEN)
def test_telegram_takes_sixty_posts_of_any_kind(name: str) -> None:
    text, formatting = BROKEN[name]
    posts = [
        Shown(post(stored_text(text), formatting, id=n), PORT, [(0, 3)], [Topic(id=n, name="тема " * 40)])
        for n in range(60)
    ]
    assert rich_message(given(views.rich_digest(posts, L10N)))["blocks"]


async def held(sessions: Sessions) -> None:
    """A reader of rich digests, for whom two posts are held until nine."""
    await watch(sessions)
    await subscribe(sessions, "паром", chat_id=7)
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
        await session.execute(update(Subscriber).values(rich_digests=True))
    await arrive(sessions, arrival(1, "Паром снова ходит"), arrival(2, "Паром опаздывает"))


@pytest.mark.parametrize("refused", [False, True])
async def test_whoever_wants_it_gets_a_rich_digest_or_else_the_classic_one(
    sqlite_sessions: Sessions, refused: bool
) -> None:
    await held(sqlite_sessions)
    delivering = Delivering(sqlite_sessions)
    if refused:
        delivering.fail((400, "Bad Request: rich messages are not available", {}), method="sendRichMessage")
    day = timedelta(days=1)
    async with sqlite_sessions.begin() as session:
        for moment in (NOW, NOW + day):  # the first look finds out when the digest is due
            await digest.issue(session, moment)
    await delivering.step(day.total_seconds())
    (sent,) = delivering.telegram.of("sendMessage" if refused else "sendRichMessage")
    told = sent.text if refused else "".join(words(sent.params["rich_message"]))
    assert "Паром снова ходит" in told
    assert "Паром опаздывает" in told
    assert {state for state, _ in await states(sqlite_sessions)} == {DeliveryState.SENT}


async def test_a_reader_chooses_how_digests_look(sqlite_sessions: Sessions, reader: Chat) -> None:
    async def is_rich() -> bool:
        async with sqlite_sessions() as session:
            return (await session.get_one(Subscriber, 1)).rich_digests

    await reader.say("/digest rich")
    assert await is_rich() is True
    await reader.say("/digest classic")
    assert await is_rich() is False

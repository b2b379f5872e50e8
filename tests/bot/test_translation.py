"""The button under a post in another language."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.i18n import translator
from bot.reactions import Letter
from bot.rendering import compose
from bot.views import Rendered
from monitor import accounts, translations
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel, Delivery, Post, Subscriber
from monitor.topics import StandingTopics
from tests.bot.telegram import Chat, Request
from tests.conftest import NOW

EN = translator("en")
RUSSIAN, ENGLISH = "В посольстве Баку сегодня открытых дверей день", "Baku embassy has an open day for everybody today"


@pytest.fixture
async def archive(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="news", title="News", added_at=NOW))
        await session.flush()
        posts = [IncomingPost(10, n, NOW - timedelta(hours=n), text) for n, text in enumerate((ENGLISH, RUSSIAN), 1)]
        await ingest(session, StandingTopics(), posts, now=NOW)


@pytest.fixture
async def listener(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        await accounts.beat(session, "main", NOW)


async def press(reader: Chat, message: Request, label: str) -> Request:
    (answer,) = [each for each in await reader.press(message.buttons()[label]) if each.text]
    return answer


async def rendered(sessions: Sessions) -> list[Rendered]:
    """What is owed, as messages."""
    async with sessions() as session:
        deliveries = await session.scalars(select(Delivery).order_by(Delivery.id))
        composed = [
            await compose(
                session,
                Parcel((each,), again=False),
                await session.get_one(Subscriber, each.subscriber_id),
                each.due_at,
            )
            for each in deliveries
        ]
        return [said.rendered for parts in composed for _, said in parts if isinstance(said, Letter)]


@pytest.mark.usefixtures("archive", "listener")
async def test_an_answer_in_another_language_is_translated_once_for_everybody(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    (found,) = await reader.say("/search Baku | Баку")
    assert "🌐 1" not in found.buttons()
    assert "\n1. News · " in found.text
    assert "\n2. News · " in found.text
    assert (await press(reader, found, "🌐 2")).text == EN("translating")
    async with sqlite_sessions.begin() as session:
        wanted = await translations.claim(session, NOW)
        assert wanted is not None
        await translations.settle(session, wanted[0], wanted[1], NOW, text="The embassy in Baku has an open day")
    (owed,) = await rendered(sqlite_sessions)
    assert "The embassy in Baku has an open day" in owed.text
    assert EN("translation-from", language="Russian") in owed.text
    again = await press(reader, found, "🌐 2")
    assert (again.method, again.text) == ("sendMessage", owed.text)


@pytest.mark.usefixtures("archive")
async def test_without_a_listener_there_is_no_button_and_an_old_one_says_so(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    (found,) = await reader.say("/search Баку")
    assert not [label for label in found.buttons() if label.startswith("🌐 2")]
    async with sqlite_sessions() as session:
        post_id = await session.scalar(select(Post.id).where(Post.message_id == 2))
    (answer,) = await reader.press(f"tr:{post_id}")
    assert (answer.text, answer.params["show_alert"]) == (EN("error-translation_off"), True)
    (gone,) = await reader.press("tr:5")
    assert gone.text == EN("error-post_gone")


@pytest.mark.usefixtures("archive", "listener")
async def test_an_alert_in_another_language_has_the_button(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        reader = Subscriber(chat_id=7, thread_id=0, kind="private", locale="en", active=True, created_at=NOW)
        session.add(reader)
        await session.flush()
        for post_id in await session.scalars(select(Post.id).order_by(Post.message_id)):
            session.add(Delivery(subscriber_id=reader.id, post_id=post_id, due_at=NOW, created_at=NOW))
    english, russian = await rendered(sqlite_sessions)
    assert english.reply_markup is None
    assert russian.inline_keyboard is not None
    assert russian.inline_keyboard.inline_keyboard[0][0].text == EN("translate")

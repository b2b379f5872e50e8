"""Public topics are curated by the bot's admins in chat."""

import pytest
from sqlalchemy import func, select

from bot import topic_callbacks
from bot.i18n import translator
from monitor.database import Sessions
from monitor.models import Subscription, Topic
from tests.bot.telegram import Chat, Request

EN = translator("en")
EMBASSIES = "🏛 Embassies\nWhat happens there\nru: посольство | консульство\nen: embassy"


async def press(chat: Chat, message: Request, label: str) -> Request:
    found = next(data for text, data in message.buttons().items() if label in text)
    return (await chat.press(found))[-1]


async def topic(sessions: Sessions) -> Topic:
    async with sessions() as session:
        return (await session.scalars(select(Topic))).one()


async def live(sessions: Sessions) -> int:
    async with sessions() as session:
        followed = select(func.count()).select_from(Subscription).where(Subscription.ended_at.is_(None))
        return await session.scalar(followed) or 0


async def test_a_public_topic_is_written_in_lines(admin: Chat, sqlite_sessions: Sessions) -> None:
    (card,) = await admin.say(f"/publish {EMBASSIES}")
    assert EN("topic-published") in card.text
    made = await topic(sqlite_sessions)
    assert (made.emoji, made.name, made.description) == ("🏛", "Embassies", "What happens there")
    assert made.queries == {"ru": "посольство | консульство", "en": "embassy"}
    assert made.query == "посольство | консульство | embassy"
    assert made.owner_id is None


@pytest.mark.parametrize(("text", "query"), [("Баку\nбаку", "баку"), ("Баку\nГород\nбаку", "баку")])
async def test_a_public_topic_may_have_one_query(admin: Chat, sqlite_sessions: Sessions, text: str, query: str) -> None:
    await admin.say("/publish")
    await admin.say(text)
    made = await topic(sqlite_sessions)
    assert (made.name, made.query, made.queries) == ("Баку", query, None)


@pytest.mark.parametrize("text", ["посольство", "a\nb\nc\nd", "a\nb\nc\nru: d"])
async def test_an_incomplete_topic_is_not_published(admin: Chat, sqlite_sessions: Sessions, text: str) -> None:
    await admin.say("/publish")
    assert (await admin.say(text))[-1].text == EN("error-incomplete_topic")
    assert EN("topic-published") in (await admin.say(EMBASSIES))[-1].text


async def test_only_admins_publish(reader: Chat) -> None:
    assert (await reader.say("/publish a\nb"))[-1].text == EN("error-admins_only")
    ask = topic_callbacks.EditTopic(what=topic_callbacks.Wanted.PUBLISH)
    assert (await reader.press(ask.pack()))[-1].text == EN("error-admins_only")
    for data in (topic_callbacks.RemoveTopic(topic=1), topic_callbacks.PutFirst(topic=1)):
        assert (await reader.press(data.pack()))[-1].text == EN("error-admins_only")


async def test_an_admin_edits_what_everybody_sees(admin: Chat, reader: Chat, sqlite_sessions: Sessions) -> None:
    (card,) = await admin.say(f"/publish {EMBASSIES}")
    await press(admin, card, EN("topic-description"))
    await admin.say("Послы\nи консулы")
    await press(admin, await press(admin, card, EN("topics-others")), "Embassies")
    await press(admin, card, EN("topic-query"))
    await admin.say("ru: посольство\nuk: амбасада")
    made = await topic(sqlite_sessions)
    assert (made.description, made.queries) == ("Послы и консулы", {"ru": "посольство", "uk": "амбасада"})
    edit = topic_callbacks.EditTopic(topic=made.id, what=topic_callbacks.Wanted.QUERY)
    assert (await reader.press(edit.pack()))[-1].text == EN("error-not_yours")


async def test_a_removed_topic_is_brought_back_with_everybody_who_had_it(
    admin: Chat, reader: Chat, sqlite_sessions: Sessions
) -> None:
    (card,) = await admin.say(f"/publish {EMBASSIES}")
    follow = topic_callbacks.FollowTopic(topic=(await topic(sqlite_sessions)).id).pack()
    await reader.press(follow)
    gone = await press(admin, card, EN("topic-remove"))
    assert gone.text == EN("topic-removed", topic="🏛 Embassies")
    assert await live(sqlite_sessions) == 0
    assert (await reader.press(follow))[-1].text == EN("error-topic_gone")
    assert EN("topic-restored") in (await press(admin, gone, EN("undo"))).text
    assert await live(sqlite_sessions) == 1
    assert EN("topic-is-first") in (await press(admin, card, EN("topic-first"))).text

"""A person has what is kept about them handed over, and all of it deleted."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, String, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import translator
from monitor import editors, outbox, personal, sharing, subscribers, subscriptions
from monitor.database import Sessions
from monitor.models import (
    AdminAction,
    Base,
    Channel,
    ChatKind,
    Delivery,
    Editor,
    Post,
    Subscriber,
    Subscription,
    Topic,
    UtcDateTime,
)
from monitor.subscriptions import TopicGoneError
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
GROUP = {"id": -100500, "type": "supergroup", "title": "Readers"}


def only(requests: list[Request]) -> Request:
    assert len(requests) == 1, requests
    return requests[0]


async def fill(session: AsyncSession, user_id: int) -> None:
    """A row about this person in every table that says about whom its rows are, whatever tables there are."""
    subscriber = Subscriber(chat_id=user_id, kind="private", created_at=NOW)
    session.add(subscriber)
    await session.flush()
    for table in dict.fromkeys(table for table, _ in personal.personal_columns()):
        values: dict[str, Any] = {}
        for column in table.columns:
            theirs = {"subscribers": subscriber.id, "user_id": user_id}.get(referred(column))
            if theirs is not None:
                values[column.name] = theirs
            elif column.foreign_keys and not column.nullable:
                (key,) = column.foreign_keys
                values[column.name] = await session.scalar(select(func.max(key.column)))
            elif not column.nullable and column.name != "id":
                values[column.name] = sample(column)
        await session.execute(insert(table).values(values))
    session.add(AdminAction(admin_id=1, action="admitted", person_id=user_id, details={}, done_at=NOW))


def referred(column: Any) -> str:
    return next((key.column.table.name for key in column.foreign_keys), column.name)


def sample(column: Any) -> Any:
    match column.type:
        case UtcDateTime():
            return NOW
        case JSON():
            return {}
        case String():
            return column.name[:8]
        case _:
            return 1


async def rows(sessions: Sessions) -> dict[str, int]:
    async with sessions() as session:
        counted = {}
        for table in Base.metadata.sorted_tables:
            counted[table.name] = await session.scalar(select(func.count()).select_from(table)) or 0
        return counted


@pytest.fixture
async def two_people(sessions: Sessions) -> dict[str, int]:
    """How many rows of each table are about the first of two people, about whom everything is kept."""
    async with sessions.begin() as session:
        session.add(Channel(id=10, title="News", added_at=NOW))
        await session.flush()
        known: dict[str, Any] = {"entities": [], "media": [], "links": [], "album_id": 1, "stored_at": NOW}
        session.add(Post(id=1, channel_id=10, message_id=1, date=NOW, text="x", **known))
    before = await rows(sessions)
    async with sessions.begin() as session:
        await fill(session, 7)
    one = await rows(sessions)
    async with sessions.begin() as session:
        await fill(session, 8)
    return {name: one[name] - before[name] for name in one}


async def test_everything_about_a_person_is_deleted_and_nothing_about_anybody_else(
    sessions: Sessions, two_people: dict[str, int]
) -> None:
    before = await rows(sessions)
    async with sessions.begin() as session:
        await personal.forget(session, 7)
    after = await rows(sessions)
    kept = {"admin_actions"}
    assert {name: before[name] - after[name] for name in before if name not in kept} == {
        name: number for name, number in two_people.items() if name not in kept
    }
    async with sessions() as session:
        assert set(await session.scalars(select(AdminAction.person_id))) == {None, 8}
        assert not any((await personal.gather(session, 7)).values())


async def test_no_sentence_to_an_admin_names_who_is_deleted(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(Subscriber(id=1, chat_id=1, kind="private", created_at=NOW))
        await session.flush()
        for person in (7, 5_000_000_000):
            await outbox.enqueue_notice(session, 1, "join", NOW, name="Leyla", user=person)
        await outbox.enqueue_notice(session, 1, "watch_joined", NOW, title="News")
    async with sessions.begin() as session:
        assert len((await personal.gather(session, 5_000_000_000))["deliveries"]) == 1
        await personal.forget(session, 5_000_000_000)
    async with sessions() as session:
        kept = [notice["params"] for notice in await session.scalars(select(Delivery.notice).order_by(Delivery.id))]
    assert kept == [{"name": "Leyla", "user": 7}, {"title": "News"}]


async def test_an_editor_stays_one_when_the_admin_who_named_them_is_forgotten(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for number, admin in ((8, 7), (9, 10)):
            await editors.name(session, -100500, number, "Leyla", admin, NOW)
    async with sessions.begin() as session:
        await personal.forget(session, 7)
    async with sessions() as session:
        rows = await session.execute(select(Editor.user_id, Editor.made_by).order_by(Editor.user_id))
        assert [tuple(row) for row in rows] == [(8, personal.NOBODY), (9, 10)]


async def test_topics_that_others_have_too_stay_theirs(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        owner, first, second = [
            await subscribers.get_or_create(session, chat, 0, ChatKind.PRIVATE, "en", NOW) for chat in (7, 8, 9)
        ]
        shared, _ = await subscriptions.subscribe(session, owner, "баку", NOW)
        alone, _ = await subscriptions.subscribe(session, owner, "паром", NOW)
        doubled, _ = await subscriptions.subscribe(session, owner, "пожар", NOW)
        await subscriptions.subscribe(session, first, "пожар", NOW)
        for topic in (shared, doubled):
            await subscriptions.follow(session, first, topic, NOW)
        await subscriptions.follow(session, second, shared, NOW + timedelta(hours=1))
        link = await sharing.payload_of(session, shared, "secret-secret")
    async with sessions.begin() as session:
        await personal.forget(session, 7)
    async with sessions() as session:
        topic = await session.get_one(Topic, shared.id)
        assert topic.owner_id == first.id
        told = select(Subscription.subscriber_id).where(Subscription.topic_id == shared.id)
        assert set(await session.scalars(told)) == {first.id, second.id}
        assert await session.get(Topic, alone.id) is None
        assert len((await session.scalars(select(Topic).where(Topic.query == "пожар"))).all()) == 1
        with pytest.raises(TopicGoneError):
            await sharing.shared(session, link)


async def test_everything_about_a_person_is_handed_over(sessions: Sessions, two_people: dict[str, int]) -> None:
    async with sessions() as session:
        found = await personal.gather(session, 7)
    counted = {name: len(of_table) for name, of_table in found.items()}
    assert counted == {name: two_people[name] for name in counted}
    assert {name for name, number in two_people.items() if number} - counted.keys() == {"admin_actions"}
    assert json.loads(json.dumps(found)) == found


async def test_the_copy_comes_as_a_file(reader: Chat) -> None:
    await reader.say("/subscribe посольство Баку")
    sent = only(await reader.say("/export_my_data"))
    assert (sent.method, sent.params["caption"]) == ("sendDocument", EN("personal-exported"))
    (document,) = reader.telegram.files.values()
    found = json.loads(document)
    assert [topic["name"] for topic in found["topics"]] == ["посольство Баку"]
    assert found["subscribers"][0]["chat_id"] == 7


async def test_nothing_is_deleted_without_a_second_word(reader: Chat, sqlite_sessions: Sessions) -> None:
    await reader.say("/subscribe баку")
    buttons = only(await reader.say("/delete_my_data")).buttons()
    _, kept = await reader.press(buttons[EN("personal-keep")])
    assert kept.text == EN("personal-kept")
    assert "баку" in only(await reader.say("/subscriptions")).text
    _, gone = await reader.press(buttons[EN("personal-forget")])
    assert gone.text == EN("personal-forgotten")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Subscriber)) == 0
    assert EN("topics-mine-none") in only(await reader.say("/subscriptions")).text


async def test_in_a_group_nobodys_data_is_touched(telegram: ScriptedTelegram, sqlite_sessions: Sessions) -> None:
    group = Chat(telegram, chat=GROUP)
    for command in ("/export_my_data", "/delete_my_data"):
        assert only(await group.say(command)).text == EN("private-only")
    await group.press("forget:1")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.chat_id)) == GROUP["id"]


async def test_a_stranger_at_a_closed_bot_may_ask_what_is_kept(running: Running) -> None:
    async with running(access="closed") as telegram:
        assert only(await Chat(telegram).say("/export_my_data")).method == "sendDocument"

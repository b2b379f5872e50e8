"""Whatever an admin changes is written down, for the other admins to see: who, what, to whom, and what was there before."""

import logging
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select

from bot.callbacks import DecideMember, DismissEditor, EndInvite, SendAgain, SettleBroadcast
from bot.dispatcher import create_dispatcher
from bot.i18n import locales, translator
from bot.middlewares import admins_only
from bot.settings import BotSettings
from bot.topic_callbacks import EditTopic, PutFirst, RemoveTopic
from monitor import awaiting
from monitor.awaiting import Wanted
from monitor.database import Sessions
from monitor.models import AdminAction, Channel, ChatKind, Delivery, DeliveryState, Invite, Member, Standing
from monitor.outbox import enqueue_notice
from monitor.subscribers import find, get_or_create
from tests.bot.conftest import ADMIN, Running
from tests.bot.telegram import Chat, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
PUBLISH = "/publish Баку\nГород\nбаку"


class Deed(NamedTuple):
    """What an admin says or presses, and what is to be read of it afterwards.

    `handler` is what answers; `before` is said and pressed first.
    """

    handler: str
    done: str | CallbackData
    action: str
    details: Mapping[str, Any] = MappingProxyType({})
    before: tuple[str | CallbackData, ...] = ()
    person: int | None = None
    access: str = "open"


TOPIC = {"topic": 1, "target": "Баку"}
REMOVE, RESTORE = RemoveTopic(topic=1), RemoveTopic(topic=1, back=True)
SEND = SettleBroadcast(broadcast=1, send=True)


def edit(what: Wanted) -> tuple[str | CallbackData, ...]:
    return PUBLISH, EditTopic(what=what, topic=1)


def change(old: str, new: str, **more: str) -> dict[str, Any]:
    return {"topic": 1, "old": old, "new": new, **more}


DEEDS = [
    Deed("publishing.publish", PUBLISH, "published", {**TOPIC, "query": "баку"}),
    Deed("editing.heard", "A\nb", "published", {"target": "A", "query": "b"}, (EditTopic(what=Wanted.PUBLISH),)),
    Deed("publishing.remove", REMOVE, "removed", {**TOPIC, "query": "баку"}, (PUBLISH,)),
    Deed("publishing.remove", RESTORE, "restored", TOPIC, (PUBLISH, REMOVE)),
    Deed("publishing.put_first", PutFirst(topic=1), "put_first", TOPIC, (PUBLISH,)),
    Deed("editing.heard", "🔥 Bakı", "renamed", change("Баку", "🔥 Bakı"), edit(Wanted.NAME)),
    Deed("editing.heard", "Люди", "described", change("Город", "Люди", target="Баку"), edit(Wanted.DESCRIPTION)),
    Deed("editing.heard", "ru: b\naz: c", "rewritten", change("баку", "b | c"), edit(Wanted.QUERY)),
    Deed("channels.wish", "/watch @rian_ru", "watch", {"target": "@rian_ru"}),
    Deed("channels.wish", "/unwatch @rian_ru", "unwatch", {"target": "@rian_ru"}),
    Deed("admission.invite", "/invite 10 7d", "invited", {"uses": 10}, access="invite"),
    Deed("admission.end", EndInvite(code="code"), "invite_ended"),
    Deed("admission.decide", DecideMember(user=7, admit=True), "admitted", person=7),
    Deed("admission.decide", DecideMember(user=7, admit=False), "declined", person=7),
    Deed("admin.resend", SendAgain(delivery=0), "resent", {"count": 1}),
    Deed("broadcast.settle", SEND, "broadcast", {"broadcast": 1}, ("/broadcast Hello",)),
]
LOOKS = {"admission.show", "admin.show", "admin.turn"}
UNHEARD = {"broadcast.draft"}
"""It is kept for its writer alone, until it is sent."""


async def happen(chat: Chat, done: str | CallbackData) -> None:
    await (chat.say(done) if isinstance(done, str) else chat.press(done.pack()))


async def prepare(sessions: Sessions) -> None:
    """Somebody asks to be let in, there is an invitation, a channel, a message that was given up."""
    async with sessions.begin() as session:
        session.add(Channel(id=10, username="rian_ru", title="РИА", added_at=NOW))
        session.add(Member(user_id=7, name="Reader", standing=Standing.ASKED, asked_at=NOW))
        session.add(Invite(code="code", uses=1, made_by=ADMIN, made_at=NOW, ends_at=NOW.replace(year=NOW.year + 1)))
        person = await get_or_create(session, 8, 0, ChatKind.PRIVATE, "en", NOW)
        await enqueue_notice(session, person.id, "hint", NOW)
        (delivery,) = await session.scalars(select(Delivery))
        delivery.state = DeliveryState.DEAD


async def recorded(sessions: Sessions) -> list[AdminAction]:
    async with sessions() as session:
        return list(await session.scalars(select(AdminAction).order_by(AdminAction.id)))


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed.handler}-{deed.action}")
async def test_what_an_admin_changes_is_written_down(running: Running, sqlite_sessions: Sessions, deed: Deed) -> None:
    await prepare(sqlite_sessions)
    async with running(access=deed.access) as telegram:
        admin = Chat(telegram, user=ADMIN)
        for each in deed.before:
            await happen(admin, each)
        known = len(await recorded(sqlite_sessions))
        await happen(admin, deed.done)
        (written,) = (await recorded(sqlite_sessions))[known:]
        assert (written.admin_id, written.action, written.person_id) == (ADMIN, deed.action, deed.person)
        assert written.details.items() >= deed.details.items()
        assert EN(f"action-{deed.action}") in (await admin.press("admin:log"))[1].text


def test_every_action_has_a_sentence_in_every_language() -> None:
    for locale in locales():
        assert all(translator(locale).has(f"action-{deed.action}") for deed in DEEDS)


def handlers(router: Router, *, guarded: bool = False) -> Iterator[Callable[..., Any]]:
    """All handlers that answer admins alone."""
    for observer in (router.message, router.callback_query):
        if guarded or admins_only in observer.middleware:
            yield from (handler.callback for handler in observer.handlers)
    for inner in router.sub_routers:
        yield from handlers(inner, guarded=guarded)


def test_every_handler_for_admins_alone_is_looked_at(sqlite_sessions: Sessions) -> None:
    dispatcher = create_dispatcher(sqlite_sessions, BotSettings())
    found = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}" for each in handlers(dispatcher)}
    written = {deed.handler for deed in DEEDS if not deed.handler.startswith("editing.")}
    assert found == written | LOOKS | UNHEARD


async def test_changes_of_ones_own_topics_and_deeds_that_change_nothing_are_not_written_down(
    reader: Chat, admin: Chat, sqlite_sessions: Sessions
) -> None:
    for topic, chat in enumerate((reader, admin), 1):
        await chat.say(f"/subscribe word{topic}")
        await happen(chat, EditTopic(what=Wanted.QUERY, topic=topic))
        await chat.say("консульство")
    await happen(admin, RemoveTopic(topic=99))
    await happen(admin, DecideMember(user=99, admit=True))
    await happen(admin, SendAgain(delivery=0))
    assert await recorded(sqlite_sessions) == []
    await admin.say(PUBLISH)
    await happen(admin, RemoveTopic(topic=3, back=True))
    await happen(admin, EditTopic(what=Wanted.QUERY, topic=3))
    await admin.say("(")
    assert [each.action for each in await recorded(sqlite_sessions)] == ["published"]


async def test_who_is_no_admin_any_more_does_not_finish_what_was_begun(reader: Chat, sqlite_sessions: Sessions) -> None:
    await reader.say("/start")
    async with sqlite_sessions.begin() as session:
        person = await find(session, 7)
        assert person is not None
        await awaiting.ask(session, person, 7, Wanted.PUBLISH, NOW)
    assert (await reader.say("A\nb"))[-1].text == EN("error-admins_only")
    assert await recorded(sqlite_sessions) == []


@pytest.mark.parametrize("deed", ["/editors", DismissEditor(user=9)], ids=["named", "dismissed"])
async def test_who_may_speak_for_a_group_is_told_the_log(
    telegram: ScriptedTelegram, deed: str | CallbackData, caplog: pytest.LogCaptureFixture
) -> None:
    group = {"id": -100, "type": "supergroup", "title": "Group"}
    chat = Chat(telegram, chat=group)
    chosen = {"id": 9, "is_bot": False, "first_name": "Editor"}
    answered = {"message_id": 3, "date": 1, "chat": group, "from": chosen, "text": "Hello"}
    with caplog.at_level(logging.INFO, "bot.handlers.team"):
        await (chat.say(deed, reply_to_message=answered) if isinstance(deed, str) else chat.press(deed.pack()))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.handlers.team"]
    assert line.endswith("chat=-100 user=9 by=7")

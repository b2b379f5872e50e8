"""What Telegram, or somebody in its place, may send: nothing of it ends in a fault of ours."""

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import count
from tempfile import mkdtemp
from typing import Any

import pytest
from aiogram import Bot
from hypothesis import given, settings
from hypothesis import strategies as st
from telethon.tl import types

from bot import callbacks, topic_callbacks
from bot.dispatcher import create_dispatcher
from bot.intake import Intake
from bot.settings import BotSettings, LimitSettings
from monitor import migration
from monitor.database import create_engine, create_sessions
from monitor.limits import Limits
from monitor.telegram.convert import incoming_post
from tests.bot.telegram import ME, TOKEN, ScriptedTelegram
from tests.conftest import NOW
from tests.fuzz.bounded import bounded
from tests.fuzz.test_texts import anything, json_values, queries

DATE = datetime(2025, 7, 1, tzinfo=UTC)
READER = {"id": 7, "is_bot": False, "first_name": "Reader", "language_code": "uk"}
CHAT = {"id": 7, "type": "private", "first_name": "Reader"}
small = st.integers(-5, 80)
whole = st.integers(-(2**31), 2**31 - 1)
KINDS = ["message", "callback_query", "my_chat_member", "inline_query", "edited_message", "poll"]
PREFIXES = sorted(
    value.__prefix__
    for module in (callbacks, topic_callbacks)
    for value in vars(module).values()
    if isinstance(value, type) and getattr(value, "__prefix__", None)
)
entities = st.one_of(
    *(
        st.builds(kind, small, small)
        for kind in (types.MessageEntityBold, types.MessageEntityUrl, types.MessageEntitySpoiler)
    ),
    st.builds(types.MessageEntityTextUrl, small, small, anything),
    st.builds(types.MessageEntityMentionName, small, small, whole),
)
media = st.one_of(
    st.none(),
    st.just(types.MessageMediaUnsupported()),
    st.builds(types.MessageMediaPhoto),
    st.builds(types.MessageMediaDocument),
    st.builds(types.MessageMediaDice, whole, anything),
    st.builds(
        lambda url, title: types.MessageMediaWebPage(types.WebPage(1, url, url, 0, title=title)), anything, anything
    ),
)
forwards = st.one_of(
    st.none(),
    st.builds(
        types.MessageFwdHeader,
        st.just(DATE),
        from_name=st.one_of(st.none(), anything),
        channel_post=st.one_of(st.none(), whole),
    ),
)
sent_messages = st.builds(
    types.Message, st.integers(1, 2**31 - 1), st.builds(types.PeerChannel, st.integers(1, 2**40)), st.just(DATE), anything,
    post=st.just(True), entities=st.lists(entities, max_size=4), media=media, fwd_from=forwards, views=st.one_of(st.none(), whole),
)  # fmt: skip
presses = st.one_of(
    anything,
    st.tuples(
        st.sampled_from(PREFIXES),
        st.lists(st.one_of(st.integers(-3, 2**70).map(str), anything, st.just("")), max_size=4),
    ).map(lambda pair: ":".join((pair[0], *pair[1]))),
)
commands = st.tuples(
    st.sampled_from(
        [
            "/start",
            "/search",
            "/subscribe",
            "/topics",
            "/watch",
            "/stats",
            "/snooze",
            "/quiet",
            "/feed",
            "/limit",
            "/say",
            "",
        ]
    ),
    queries,
).map(" ".join)


class Nobody:
    """The bot on a scripted Telegram, in a loop of its own; `faults` is what was logged with a traceback meanwhile."""

    def __init__(self, database: str) -> None:
        self._runner = asyncio.Runner()
        self._engine = create_engine(database)
        self._runner.run(migration.upgrade(self._engine))
        sessions = create_sessions(self._engine, Limits(searches_a_minute=1_000_000))
        settings, limits = BotSettings(admins=frozenset({7})), LimitSettings(commands_a_minute=1_000_000)
        self._dispatcher = create_dispatcher(sessions, settings, limits=limits, clock=lambda: NOW)
        self._intake = Intake(Bot(TOKEN, session=ScriptedTelegram()), self._dispatcher)
        self._numbers = count(1)
        self.faults: list[str] = []
        self._hearing = Faults(self.faults)
        logging.getLogger().addHandler(self._hearing)

    def take(self, **content: Any) -> None:
        """An update that looks like this."""
        update = self._intake.read({"update_id": next(self._numbers), **content})
        if update is not None:
            self._runner.run(asyncio.wait_for(self._intake.handle(update), 30))

    def close(self) -> None:
        logging.getLogger().removeHandler(self._hearing)
        self._runner.run(self._dispatcher.emit_shutdown())
        self._runner.run(self._engine.dispose())
        self._runner.close()


class Faults(logging.Handler):
    """Notes what is logged with a traceback: a fault of ours."""

    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            self._found.append(self.format(record))


@cache
def nobody() -> Nobody:
    """One for all tests; also where no pytest is."""
    return Nobody(f"sqlite:///{mkdtemp(prefix='dozor-fuzz-')}/dozor.db")


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    if nobody.cache_info().currsize:
        nobody().close()
        nobody.cache_clear()


@given(sent_messages)
@settings(deadline=None, max_examples=300)
@bounded
def test_any_message_of_a_channel_becomes_a_post_that_can_be_stored(message: types.Message) -> None:
    post = incoming_post(message)
    if post is not None:
        json.dumps([post.entities, post.media, post.links, post.forward])
        assert post.message_id == message.id


@given(presses)
@settings(deadline=None, max_examples=60)
@bounded
def test_any_button_is_answered_without_a_fault(data: str) -> None:
    message = {"message_id": 5, "date": 1, "chat": CHAT, "from": ME, "text": "…"}
    nobody().take(callback_query={"id": "1", "from": READER, "chat_instance": "1", "data": data, "message": message})
    assert nobody().faults == []


@given(commands)
@settings(deadline=None, max_examples=60)
@bounded
def test_any_words_are_answered_without_a_fault(text: str) -> None:
    nobody().take(message={"message_id": 5, "date": 1, "chat": CHAT, "from": READER, "text": text})
    nobody().take(inline_query={"id": "1", "from": READER, "query": text[:256], "offset": text[:9]})
    assert nobody().faults == []


@given(
    st.sampled_from([*KINDS, "a_kind_to_come"]),
    json_values,
    st.data(),
)
@settings(deadline=None, max_examples=60)
@bounded
def test_any_update_is_read_or_left_out(kind: str, content: Any, data: st.DataObject) -> None:
    message: dict[str, Any] = {"message_id": 5, "date": 1, "chat": CHAT, "from": READER, "text": "/topics"}
    field = data.draw(st.sampled_from(sorted(message)))
    nobody().take(**{kind: content})
    nobody().take(message={**message, field: content})
    assert nobody().faults == []

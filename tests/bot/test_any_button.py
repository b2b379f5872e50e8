"""Whatever a button carries, whoever presses it, however often: one answer, in words, and nothing breaks."""

import logging
from collections.abc import Iterator
from enum import Enum
from itertools import zip_longest
from typing import Any, Literal, get_args, get_origin

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import func, select

from bot.i18n import translator
from monitor import catalogue
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel, Subscription, Topic
from monitor.topics import StandingTopics
from tests.bot.telegram import Chat, ScriptedTelegram
from tests.bot.test_callbacks import KINDS
from tests.conftest import NOW

FAULT = translator("en")("error-unexpected")
GROUP = {"id": -100500, "type": "supergroup", "title": "<b>Readers</b>"}
WORDS = ["баку", "", "ru", "~", "x" * 20, "<b>&amp;</b>", '"']
NUMBERS = [1, 0, 2, -1, 999_999, 2**62]


def values(kind: Any) -> list[Any]:
    """What a button may carry in a field of this type, likely or not."""
    if get_origin(kind) is Literal:
        return [*get_args(kind)]
    alternatives = [each for each in get_args(kind) or (kind,) if each is not type(None)]
    nothing = [None] if type(None) in get_args(kind) else []
    first = alternatives[0]
    if isinstance(first, type) and issubclass(first, Enum):
        return [*first, *nothing]
    return [*({int: NUMBERS, bool: [True, False]}.get(first, WORDS)), *nothing]


def presses(kind: type[CallbackData]) -> Iterator[str]:
    """Every value of every field has its turn."""
    columns = {name: values(field.annotation) for name, field in kind.model_fields.items()}
    for row in zip_longest(*columns.values()):
        chosen = {
            name: column[0] if value is None and None not in column else value
            for (name, column), value in zip(columns.items(), row, strict=True)
        }
        try:
            yield kind(**chosen).pack()
        except ValueError:
            continue  # such a button cannot be made


@pytest.fixture
async def world(sqlite_sessions: Sessions) -> None:
    """A channel with posts, a public topic."""
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=1, username="news", title="<b>News</b> & more", added_at=NOW))
        await session.flush()
        await ingest(session, StandingTopics(), [IncomingPost(1, 1, NOW, "Баку")], now=NOW)
        await catalogue.publish(session, "A\nбаку", 1, NOW)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_any_button_is_answered_once_whoever_presses_it(
    telegram: ScriptedTelegram, kind: type[CallbackData], caplog: pytest.LogCaptureFixture
) -> None:
    owner, stranger, admin = Chat(telegram), Chat(telegram, user=8), Chat(telegram, user=1)
    member = Chat(telegram, user=9, chat=GROUP)
    await owner.say("/subscribe баку")
    await owner.say("/search баку")
    with caplog.at_level(logging.ERROR):
        for data in presses(kind):
            for person in (owner, owner, stranger, member, admin):
                done = await person.press(data)
                answers = [each for each in done if each.method == "answerCallbackQuery"]
                assert len(answers) == 1, (data, done)
                assert FAULT not in str(done), data
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.usefixtures("world")
async def test_a_member_changes_nothing_for_the_group_by_any_button(
    telegram: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    owner, member = Chat(telegram, chat=GROUP), Chat(telegram, user=9, chat=GROUP)
    await owner.say("/subscribe баку")

    async def state() -> Any:
        async with sqlite_sessions() as session:
            subscriptions = [row.__dict__ for row in await session.scalars(select(Subscription))]
            topics = await session.scalar(select(func.count()).select_from(Topic))
        for row in subscriptions:
            row.pop("_sa_instance_state")
        return subscriptions, topics

    before = await state()
    for kind in KINDS:
        for data in presses(kind):
            await member.press(data)
    assert await state() == before

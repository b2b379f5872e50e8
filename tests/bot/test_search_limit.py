"""Whoever has asked enough in a minute is told so before anything is looked for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.callbacks import SearchWord
from bot.i18n import translator
from monitor.limits import Limits
from tests.bot.conftest import Running
from tests.bot.telegram import Chat

REFUSED = translator("en")("error-too_many_searches", limit=2)


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The statements that ask the archive's index."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "post_index" in statement:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_search_too_many_costs_no_search(running: Running, asked: list[str]) -> None:
    async with running(limits=Limits(searches_a_minute=2)) as telegram:
        reader = Chat(telegram)
        for _ in range(2):
            await reader.say("/search баку")
        assert asked
        asked.clear()
        for text in ("/search баку", "баку", "/export баку"):
            assert [said.text for said in await reader.say(text)] == [REFUSED]
        (answered,) = await reader.press(SearchWord(word="баку").pack())
        assert answered.params["text"] == REFUSED
        found = await reader.look_up("баку")
        assert found.params["results"] == []
        assert REFUSED.startswith(found.params["button"]["text"].removesuffix("…"))
        assert asked == []
        assert (await Chat(telegram, user=8).say("/search баку"))[-1].text != REFUSED

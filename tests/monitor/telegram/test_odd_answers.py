"""Answers that nobody foresaw to what is asked for the sake of one channel: they cost that channel's request, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from telethon.tl import functions, types

from monitor import accounts, channels, histories
from monitor.database import Sessions
from monitor.models import Channel, Delivery, History, Watch
from monitor.store import Store
from sandbox.mtproto.dispatch import HANDLERS
from sandbox.mtproto.server import Server
from tests.conftest import NOW
from tests.monitor.arrivals import subscribe
from tests.monitor.telegram.loopback import QUICK, Listening, eventually

RESOLVE = functions.contacts.ResolveUsernameRequest
HISTORY = functions.messages.GetHistoryRequest
UNKNOWN_CONSTRUCTOR = b"\xde\xad\xbe\xef"
BROKEN_PACKET = b"\x10\0\0\0" + 12 * b"\0"

Odd = Callable[..., None]


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Odd:
    """A function that has Telegram answer so where these names are looked up."""
    usual = HANDLERS[RESOLVE]

    def answer(result: Any, *names: str) -> None:
        monkeypatch.setitem(
            HANDLERS, RESOLVE, lambda call, request: result if request.username in names else usual(call, request)
        )

    return answer


async def wish_for(sessions: Sessions, *targets: str) -> None:
    reader, _ = await subscribe(sessions, "паром")
    async with sessions.begin() as session:
        for target in targets:
            await channels.request_watch(session, reader, target, NOW)


def settled(sessions: Sessions, *expected: str) -> Callable[[], Any]:
    """Whether the requests, in their order, have come out so."""

    async def look() -> bool:
        async with sessions() as session:
            outcomes = list(await session.scalars(select(Watch.outcome).order_by(Watch.id)))
        if None not in outcomes:
            assert outcomes == list(expected)
        return None not in outcomes

    return look


@pytest.mark.parametrize("answer", [UNKNOWN_CONSTRUCTOR, True])
async def test_a_request_that_is_answered_so_is_settled_and_the_next_one_fulfilled(
    telegram: Server,
    listening: Listening,
    sessions: Sessions,
    odd: Odd,
    caplog: pytest.LogCaptureFixture,
    answer: object,
) -> None:
    telegram.world.add_channel("azernews", "Azer News")
    odd(answer, "odd_news")
    await wish_for(sessions, "@odd_news", "@azernews")
    async with listening(QUICK):
        await eventually(settled(sessions, "watch_failed", "watch_joined"))
    failures = [record for record in caplog.records if record.exc_info and record.name.startswith("monitor")]
    assert [record.getMessage() for record in failures] == ["cannot watch: target=@odd_news"]
    async with sessions() as session:
        told = [(row.notice or {}) for row in await session.scalars(select(Delivery).order_by(Delivery.id))]
    assert [(notice["key"], notice["params"].get("target")) for notice in told] == [
        ("watch_failed", "@odd_news"),
        ("watch_joined", None),
    ]


async def test_old_posts_that_are_answered_so_are_said_not_to_come_and_the_next_ones_do(
    telegram: Server, listening: Listening, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, sound = (telegram.world.add_channel(name, name) for name in ("odd_news", "azernews"))
    usual = HANDLERS[HISTORY]

    def answer(call: Any, request: Any) -> Any:
        is_odd = request.peer.channel_id == odd.id and request.offset_id == 0 and request.limit > 1  # old posts
        return UNKNOWN_CONSTRUCTOR if is_odd else usual(call, request)

    monkeypatch.setitem(HANDLERS, HISTORY, answer)

    async def outcomes() -> bool:
        async with sessions() as session:
            return list(await session.scalars(select(History.outcome).order_by(History.id))) == [
                "history_failed",
                "history_done",
            ]

    async with listening(QUICK) as listener:
        for channel in (odd, sound):
            await listener.wishes.watch(f"@{channel.username}")
        async with sessions.begin() as session:
            for channel in (odd, sound):
                await histories.request(session, channel.id, NOW, NOW)
        await eventually(outcomes)


async def test_a_connection_that_ends_in_whatever_way_settles_nothing(
    telegram: Server, listening: Listening, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.world.add_channel("azernews", "Azer News")
    usual, broken = HANDLERS[RESOLVE], list[str]()

    def garble(call: Any, request: Any) -> Any:
        if not broken:
            broken.append(request.username)
            for connection in call.server._connections:
                connection.transport.writer.write(BROKEN_PACKET)
        return usual(call, request)

    monkeypatch.setitem(HANDLERS, RESOLVE, garble)
    await wish_for(sessions, "@azernews")
    async with listening(QUICK):
        await eventually(settled(sessions, "watch_joined"))
    assert broken == ["azernews"]


async def test_a_database_that_is_away_settles_nothing(
    telegram: Server, listening: Listening, sessions: Sessions
) -> None:
    telegram.world.add_channel("azernews", "Azer News")
    refusals = 2

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal refusals
        if statement.startswith("INSERT INTO channels") and refusals:
            refusals -= 1
            raise OperationalError(statement, None, OSError("disk I/O error"))

    event.listen(sessions.engine.sync_engine, "before_cursor_execute", refuse)
    await wish_for(sessions, "@azernews")
    async with listening(QUICK):
        await eventually(settled(sessions, "watch_joined"))
    assert refusals == 0


@pytest.mark.parametrize(
    ("answer", "refused"), [(UNKNOWN_CONSTRUCTOR, ["odd_news"]), (types.RpcError(400, "MSG_ID_INVALID"), [])]
)
async def test_an_orphan_that_is_answered_so_holds_up_no_other_and_is_tried_again(
    telegram: Server,
    listening: Listening,
    sessions: Sessions,
    store: Store,
    odd: Odd,
    answer: object,
    refused: list[str],
) -> None:
    names = ("odd_news", "azernews")
    there = [telegram.world.add_channel(name, name) for name in names]
    assert there[0].id < there[1].id, "the odd one has its turn first"
    async with listening(QUICK):
        for number, name in enumerate(names, 1):
            await wish_for(sessions, f"@{name}")
            await eventually(settled(sessions, *number * ["watch_joined"]))
    async with sessions.begin() as session:  # another account had them, and is gone
        await accounts.beat(session, "gone", NOW)
        for channel in there:
            await channels.join(session, "gone", channels.Joined(channel.id, channel.username, "News", 1), NOW)
            channel.members.clear()
    odd(answer, "odd_news")

    async def read() -> set[str | None]:
        async with sessions() as session:
            orphans = await accounts.orphans(session, store._clock())
            return set(await session.scalars(select(Channel.username))) - {orphan.username for orphan in orphans}

    async def other_is_read() -> bool:
        return "azernews" in await read()

    async def all_are_read() -> bool:
        return await read() == set(names)

    async with listening(QUICK):
        await eventually(other_is_read)
        assert [name for _, name in await store.roster.refused_by("reader")] == refused
        odd(None)
        await eventually(all_are_read)

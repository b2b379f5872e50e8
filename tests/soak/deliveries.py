"""Alerts through a Bot API on which everything goes wrong, and relays that are killed: does all that is owed arrive, in order?

`python -m tests.soak.deliveries [--chats N] [--alerts N] [--kills N] [--seed N]`
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, select

from monitor import migration
from monitor.database import Sessions, create_engine, create_sessions
from monitor.models import Channel, ChatKind, Delivery, DeliveryKind, DeliveryState, Post, Subscriber
from monitor.outcomes import MAX_UNANSWERED
from sandbox.chats import Person
from sandbox.telegram import Sandbox
from tests.conftest import NOW

TOKEN = "42:STORM"
FAULTS = {
    "too_many_requests": {"probability": 0.03, "retry_after": 1},
    "server_error": {"probability": 0.03},
    "cut_connection": {"probability": 0.03},
    "timeout_before": {"probability": 0.01, "seconds": 3},
    "timeout_after": {"probability": 0.02, "seconds": 3},
}
PATIENCE_S = 2
"""Of the relays: less than these timeouts take."""


@dataclass(frozen=True)
class Plan:
    """How much of everything; `blocked` of the chats, a share, have blocked the bot."""

    seed: int
    chats: int = 1000
    alerts: int = 10
    kills: int = 100
    joined_from: int = 1000
    blocked: float = 0.05
    patience_s: float = 1800


@dataclass
class Heard:
    """What arrived, in order, by chat. `doubts` are of (chat, number): times it was taken and not answered, or killed under way."""

    numbers: dict[int, list[int]] = field(default_factory=dict)
    doubts: Counter[tuple[int, int]] = field(default_factory=Counter)
    last: list[tuple[int, int]] = field(default_factory=list)
    """What the newest message has."""
    unanswered: int = 0

    def arrived(self) -> int:
        """How many alerts, repeats counted."""
        return sum(map(len, self.numbers.values()))

    def hear(self, kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            chat = message["chat"]
            assert isinstance(chat, dict)
            words = str(message.get("text")).split()
            found = [int(word.removeprefix("номер")) for word in words if word.startswith("номер")]
            self.numbers.setdefault(chat["id"], []).extend(found)
            self.last = [(chat["id"], number) for number in found]


class DeliveryError(AssertionError):
    """What should not have happened."""


async def storm(folder: Path, plan: Plan) -> str:
    """Run the plan; a line of figures. Raises DeliveryError."""
    chances = Random(plan.seed)
    async with Sandbox() as sandbox:
        sandbox.add_bot(TOKEN)
        heard = Heard()
        sandbox.chats.subscribe(heard.hear)
        people = [sandbox.chats.add_person(f"Reader {number}") for number in range(plan.chats)]
        closed = _meet(sandbox, people, plan, chances)
        database = f"sqlite:///{folder / 'storm.db'}"
        await _owe(database, people, plan.alerts)
        _count_doubt(sandbox, heard)
        for kind, how in FAULTS.items():
            sandbox.faults.add(kind, method="sendmessage", times=None, **how)  # type: ignore[arg-type]
        begun = time.monotonic()
        await _live(sandbox, database, heard, plan, chances)
        took = time.monotonic() - begun
        given_up = await _reckon(database, heard, closed, plan)
        repeats = sum(len(numbers) - len(set(numbers)) for numbers in heard.numbers.values())
        return (
            f"{plan.chats} chats × {plan.alerts} alerts, {plan.kills} kills, seed {plan.seed}: all arrived in order in {took:.0f} s; "
            f"{heard.unanswered} requests were taken without an answer, {repeats} posts came again, {given_up} were given up, never "
            "answered"
        )


def _meet(sandbox: Sandbox, people: list[Person], plan: Plan, chances: Random) -> set[int]:
    """Everybody has written to the bot; ids of those who have blocked it since."""
    (bot,) = sandbox.chats.bots.values()
    for person in people:
        person.started.add(bot.id)
    blocking = chances.sample(people, int(plan.blocked * len(people)))
    for person in blocking:
        person.blocked.add(bot.id)
    return {person.id for person in blocking}


async def _owe(database: str, people: list[Person], alerts: int) -> None:
    engine = create_engine(database)
    await migration.upgrade(engine)
    async with create_sessions(engine).begin() as session:
        session.add(Channel(id=1, username="news", title="News", added_at=NOW))
        for number in range(alerts):
            content = {"entities": [], "media": [], "links": [], "album_id": number + 1, "stored_at": NOW}
            session.add(
                Post(id=number + 1, channel_id=1, message_id=number + 1, date=NOW, text=f"номер{number}", **content)
            )
        readers = [
            {"chat_id": person.id, "thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": NOW} for person in people
        ]
        await session.flush()
        ids = list(await session.scalars(insert(Subscriber).returning(Subscriber.id), readers))
        rows = [
            {"subscriber_id": one, "post_id": number + 1, "kind": DeliveryKind.ALERT, "due_at": NOW, "created_at": NOW}
            for number in range(alerts)
            for one in ids
        ]
        await session.execute(insert(Delivery), rows)
    await engine.dispose()


def _count_doubt(sandbox: Sandbox, heard: Heard) -> None:
    take = sandbox.faults.take

    def counting(kind: str, method: str | None = None) -> object:
        fault = take(kind, method)
        if fault is not None and kind == "timeout_after":  # what it strikes was taken just before
            heard.unanswered += 1
            heard.doubts.update(heard.last)
        return fault

    sandbox.faults.take = counting  # type: ignore[method-assign, assignment]


async def _live(sandbox: Sandbox, database: str, heard: Heard, plan: Plan, chances: Random) -> None:
    """Relays, one after the other, each killed but the last, until nothing is owed any more."""
    engine = create_engine(database)
    sessions = create_sessions(engine)
    for life in range(plan.kills + 1):
        arguments = (sandbox.bot_api_url, TOKEN, database, str(plan.joined_from), str(PATIENCE_S))
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.soak.relaying", *arguments)
        try:
            if life < plan.kills:
                await _at_work(heard)
                await asyncio.sleep(chances.random() * 1.5)
            else:
                await _all_settled(sessions, plan)
        finally:
            process.kill()
            await process.wait()
            heard.doubts.update(await _under_way(sessions))
    await engine.dispose()


async def _at_work(heard: Heard) -> None:
    """Wait until something arrives; not for ever, since little may be left."""
    before = heard.arrived()
    with suppress(TimeoutError):
        async with asyncio.timeout(20):
            while heard.arrived() == before:  # noqa: ASYNC110 -- another process works on it
                await asyncio.sleep(0.05)


async def _all_settled(sessions: Sessions, plan: Plan) -> None:
    """Wait until nothing is owed any more. Raises DeliveryError."""
    deadline = time.monotonic() + plan.patience_s
    while left := await _left(sessions):
        if time.monotonic() > deadline:
            raise DeliveryError(f"seed {plan.seed}: still owed after {plan.patience_s} s: {left}")
        await asyncio.sleep(0.2)


async def _left(sessions: Sessions) -> list[dict[str, object]]:
    """Some of what is owed."""
    said = (Delivery.state, Delivery.due_at, Delivery.attempts, Delivery.unanswered, Delivery.error)
    unsettled = Delivery.state.in_([DeliveryState.DUE, DeliveryState.CLAIMED])
    async with sessions() as session:
        return [dict(row) for row in (await session.execute(select(*said).where(unsettled).limit(3))).mappings()]


async def _under_way(sessions: Sessions) -> list[tuple[int, int]]:
    """(chat, number) of what had begun when the relay was killed."""
    begun = (Delivery.state == DeliveryState.CLAIMED, Delivery.begun_at.is_not(None))
    async with sessions() as session:
        rows = select(Subscriber.chat_id, Delivery.post_id - 1).join(Delivery, Delivery.subscriber_id == Subscriber.id)
        return [(chat, number) for chat, number in await session.execute(rows.where(*begun))]


async def _reckon(database: str, heard: Heard, closed: set[int], plan: Plan) -> int:
    """How many were given up because their requests were not answered. Raises DeliveryError."""
    engine = create_engine(database)
    async with create_sessions(engine)() as session:
        rows = await session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        states = Counter({str(state): count for state, count in rows})
        unanswered = (Delivery.unanswered >= MAX_UNANSWERED, Delivery.error.startswith("perhaps delivered: "))
        dead = select(Subscriber.chat_id, Delivery.post_id - 1).join(Delivery, Delivery.subscriber_id == Subscriber.id)
        given_up = {(chat, number) for chat, number in await session.execute(dead.where(*unanswered))}
    await engine.dispose()
    wrong = []
    owed = (plan.chats - len(closed)) * plan.alerts
    if states != +Counter(sent=owed - len(given_up), refused=len(closed) * plan.alerts, dead=len(given_up)):
        wrong.append(f"states {states}")
    for chat, numbers in heard.numbers.items():
        expected = [number for number in range(plan.alerts) if (chat, number) not in given_up or number in numbers]
        if list(dict.fromkeys(numbers)) != expected:
            wrong.append(f"chat {chat} got {numbers}")
        for number, times in Counter(numbers).items():
            if times - 1 > heard.doubts[chat, number]:
                wrong.append(f"chat {chat} got {number} {times} times, with {heard.doubts[chat, number]} in doubt")
    if len(heard.numbers) != plan.chats - len(closed):
        wrong.append(f"{len(heard.numbers)} chats of {plan.chats - len(closed)} got something")
    if wrong:
        raise DeliveryError(f"seed {plan.seed}: {len(wrong)} wrong: {'; '.join(wrong[:10])}")
    return len(given_up)


def main() -> int:
    """Exit 0 only if everything was as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.deliveries", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    for name, default in (("chats", 1000), ("alerts", 10), ("kills", 100), ("joined_from", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    plan = Plan(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="dozor-deliveries-") as folder:
        print(asyncio.run(storm(Path(folder), plan)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

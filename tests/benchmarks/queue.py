"""What a command waits for while very many alerts are queued, at Telegram's own pace: 30 messages a second, one a second to a person.

`python -m tests.benchmarks.queue [--alerts 10000]`. No file of posts is needed. Beside the figure stands how many alerts left
meanwhile, of those that the pace allows.
"""

import argparse
import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sandbox.chats import Person
from tests.benchmarks.delivery import print_figure
from tests.running import Running, running

READERS, ASKERS, SECONDS, PAUSE_S, A_SECOND = 500, 10, 30, 2.0, 30
SETTINGS = {
    "DOZOR_BOT__MESSAGES_PER_SECOND": str(A_SECOND),
    "DOZOR_BOT__MESSAGES_PER_SECOND_IN_A_CHAT": "1",
    "DOZOR_LIMITS__COMMANDS_A_MINUTE": "100000",
}
_READER = (
    "INSERT INTO subscribers(chat_id, thread_id, kind, locale, active, created_at) VALUES (?, 0, 'private', 'en', 1, ?)"
)
_NOTICE = (
    "INSERT INTO deliveries(subscriber_id, kind, priority, notice, state, due_at, attempts, together, created_at)"
    """ VALUES (?, 'notice', 2, '{"key": "quiet-none", "params": {}}', 'due', ?, 0, 1, ?)"""
)


async def measure(alerts: int) -> None:
    """Print what commands wait for."""
    with TemporaryDirectory(prefix="dozor-queue-") as folder:
        async with running(Path(folder), settings=SETTINGS) as run:
            readers = [run.sandbox.chats.add_person(f"Reader {number}") for number in range(READERS)]
            askers = [run.sandbox.chats.add_person(f"Asker {number}") for number in range(ASKERS)]
            await asyncio.gather(*(_ask(run, person, "/start") for person in askers))
            _queue(run, readers, alerts)
            await asyncio.sleep(2)
            before, begun = _sent(run), time.perf_counter()
            waits = [wait for some in await asyncio.gather(*(_live(run, person) for person in askers)) for wait in some]
            allowed = (time.perf_counter() - begun) * A_SECOND - len(waits)
            p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98))
            name = f"{len(waits)} commands while {alerts:,} alerts are queued: p50 / p99 / slowest"
            print_figure(name, f"{p50:.0f} / {p99:.0f} / {max(waits) * 1000:.0f} ms")
            print_figure(
                "alerts sent meanwhile, of what the pace leaves them", f"{(_sent(run) - before) / allowed:.1%}"
            )


def _queue(run: Running, readers: list[Person], alerts: int) -> None:
    """Owe the readers so many sentences, which each have a text of their own to be rendered."""
    (bot,) = run.sandbox.chats.bots.values()
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(run.folder / "dozor.db", timeout=30)) as database, database:
        for reader in readers:
            reader.started.add(bot.id)
            database.execute(_READER, (reader.id, now))
        ids = [one for (one,) in database.execute("SELECT id FROM subscribers ORDER BY id DESC LIMIT ?", (READERS,))]
        database.executemany(_NOTICE, [(ids[number % READERS], now, now) for number in range(alerts)])


def _sent(run: Running) -> int:
    with closing(sqlite3.connect(f"file:{run.folder / 'dozor.db'}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()
        return int(count)


async def _live(run: Running, person: Person) -> list[float]:
    ends, waits = time.perf_counter() + SECONDS, []
    while time.perf_counter() < ends:
        waits.append(await _ask(run, person, "/language"))
        await asyncio.sleep(PAUSE_S)
    return waits


async def _ask(run: Running, person: Person, text: str) -> float:
    """Seconds until the bot has answered."""
    answered = asyncio.Event()

    def hear(kind: str, message: dict[str, object]) -> None:
        chat, sender = message.get("chat"), message.get("from")
        assert isinstance(chat, dict)
        assert isinstance(sender, dict)
        if kind == "message" and chat["id"] == person.id and sender["id"] == run.bot.id:
            answered.set()

    forget, begun = run.sandbox.chats.subscribe(hear), time.perf_counter()
    run.sandbox.chats.say(person, text)
    await asyncio.wait_for(answered.wait(), 60)
    forget()
    return time.perf_counter() - begun


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path, nargs="?", help="not looked at")
    parser.add_argument("--alerts", type=int, default=10_000)
    asyncio.run(measure(parser.parse_args().alerts))

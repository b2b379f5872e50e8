"""The composition root: builds the parts and runs the roles in one TaskGroup."""

import asyncio
import ctypes
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import NoReturn

from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.alarm import Alarm
from bot.answering import AnswerPace
from bot.connections import Connections, Use
from bot.crowd import Crowd
from bot.delivery_bot import BadTokenError, create_bot
from bot.dispatcher import create_dispatcher
from bot.ending import LIMIT_S, finish_in_time, leave
from bot.floods import FloodCount
from bot.listening import TURN_S, Listening
from bot.log_filter import configure_logging
from bot.menu import publish_menu
from bot.neighbours import Neighbours
from bot.pauses import short_pauses
from bot.polling import Polling
from bot.relaying import create_relay
from bot.schedule import Schedule
from bot.secrecy import secrets_of
from bot.serving import create_http_server, create_webhook
from bot.settings import Settings
from monitor import migration
from monitor.database import create_engine, reach
from monitor.limits import Limits
from monitor.meter import Meter
from monitor.query import warming
from monitor.reindexing import reindexing_apart
from monitor.sole_copy import AlreadyRunningError, sole_copy
from monitor.store import Store
from monitor.topics import StandingTopics
from monitor.troubles import require_writable

logger = logging.getLogger(__name__)


class Role(StrEnum):
    """What one process can do; `dozor run` does all of it."""

    LISTENER = "listener"
    COMMANDS = "commands"
    RELAY = "relay"
    SCHEDULE = "schedule"


SENDING = frozenset({Role.COMMANDS, Role.RELAY})


class App:
    """The parts of one process. `stop()` lets what is under way finish; what is owed stays owed. `waits`: see `Listening`."""

    def __init__(
        self, settings: Settings, connections: Connections, stack: AsyncExitStack, *, waits: bool = False
    ) -> None:
        self._settings = settings
        sessions, listening = connections.of(Use.PROCESS), connections.of(Use.LISTENER)
        self._meter = Meter()
        self._bot = create_bot(settings.bot)
        stack.push_async_callback(self._bot.session.close)
        heard = {"outbox": self._wake_here, "translations": self._want_account}
        self._neighbours = here = Neighbours(sessions, settings.bot, self._bot.id, heard)
        self._bot.session.middleware(AnswerPace(here.pace))
        self._bot.session.middleware(FloodCount(self._meter))
        self._relay = create_relay(self._bot, connections.of(Use.RELAY), settings.bot, here, self._meter)
        self._crowd = Crowd(connections.of(Use.CROWD), wake=self._wake, clock=here.clock)
        topics, admins = StandingTopics(), settings.bot.admins
        self._store = Store(listening, topics, wake=self._wake, admins=admins, meter=self._meter, clock=here.clock)
        dispatcher = create_dispatcher(
            connections.of(Use.COMMANDS),
            settings.bot,
            files=connections.of(Use.FILES),
            limits=settings.limits,
            feeds_url=settings.http.address,
            account_wanted=self._tell_accounts,
            handled=self._meter.handled,
            clock=here.clock,
        )
        webhook = create_webhook(self._bot, dispatcher, settings.bot)
        self._updates = webhook or Polling(self._bot, dispatcher)
        self._schedule = Schedule(
            connections.of(Use.SCHEDULE), admins=admins, keep=settings.storage.keep, clock=here.clock
        )
        self._alarm = Alarm(sessions, settings.bot.admins, secrets=secrets_of(settings), clock=here.clock)
        self._listening = Listening(
            settings, listening, self._store, self._meter, wake=self._wake, clock=here.clock, waits=waits
        )
        self._http = create_http_server(
            settings.http,
            sessions,
            webhook,
            bot=settings.bot,
            meter=self._meter,
            waits_for=self._waits_for,
            clock=here.clock,
        )
        self._roles: frozenset[Role] = frozenset()
        self.stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to end: no new updates, no new claims."""
        self._updates.stop()
        self._relay.stop()
        self._crowd.stop()
        self._schedule.stop()
        self._alarm.stop()
        if self._http is not None:
            self._http.stop()
        self._listening.stop()
        self._neighbours.stop()
        self.stopping.set()

    async def run(self, roles: Iterable[Role]) -> None:
        """Run the roles until `stop()`, and then no longer than what is under way may take."""
        self._roles = frozenset(roles)
        await finish_in_time(self._know_the_time(), self.stopping, patience_s=0)
        await finish_in_time(self._run(), self.stopping)

    async def _know_the_time(self) -> None:
        """Nothing may be noted, claimed or owed by a wrong clock."""
        if not self._neighbours.alone:
            await self._neighbours.ask_time()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(clock.AT_START_S):
                self._put_right(await clock.wrong_by(self._settings.bot.api_url))

    async def _watch_clock(self) -> None:
        watching = asyncio.create_task(self._look_at_clock())
        await self.stopping.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    async def _look_at_clock(self) -> NoReturn:
        """Now and then, since somebody may set it."""
        while True:
            self._put_right(await clock.look(self._settings.bot.api_url))
            await asyncio.sleep(clock.EVERY_S)

    def _put_right(self, ahead: timedelta | None) -> None:
        """Where nobody else goes by the same time; what is not known stays as it was."""
        if ahead is not None and self._neighbours.alone:
            self._neighbours.clock.ahead = ahead

    async def _run(self) -> None:
        parts: dict[Role, Callable[[], Awaitable[None]]] = {
            Role.LISTENER: self._listening.run,
            Role.COMMANDS: self._command,
            Role.RELAY: self._deliver,
            Role.SCHEDULE: self._schedule.run,
        }
        async with asyncio.TaskGroup() as group:
            group.create_task(self._alarm.run(), name="alarm")
            group.create_task(self._watch_clock(), name="clock")
            group.create_task(self._neighbours.run(sends=bool(self._roles & SENDING)), name="neighbours")
            if self._http is not None:
                group.create_task(self._http.run(), name="http")
            for role in self._roles:
                group.create_task(_as_coroutine(parts[role]), name=role)

    async def _command(self) -> None:
        publishing = asyncio.create_task(publish_menu(self._bot, self._settings.bot.admins))
        try:
            await self._updates.run()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise BadTokenError from None
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)

    async def _deliver(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._relay.run())
            group.create_task(self._crowd.run())

    def _waits_for(self) -> list[str]:
        return self._listening.waits_for() if Role.LISTENER in self._roles else []

    def _wake(self) -> None:
        self._wake_here()
        self._neighbours.tell("outbox")

    def _wake_here(self) -> None:
        self._relay.wake()
        self._crowd.wake()

    def _want_account(self) -> None:
        self._store.requests.translations_wanted.set()
        self._store.requests.pictures_wanted.set()

    def _tell_accounts(self) -> None:
        self._want_account()
        self._neighbours.tell("translations")


async def run(settings: Settings, roles: Iterable[Role], *, waits: bool = False) -> None:
    """Run the roles until SIGINT or SIGTERM. `waits` for the end of who does the same, where only one may, instead of refusing."""
    async with AsyncExitStack() as stack:
        engine = create_engine(settings.database.url.get_secret_value())
        stack.push_async_callback(engine.dispose)
        app = App(settings, Connections(engine, _limits(settings), stack), stack, waits=waits)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _end, app)
        await finish_in_time(_prepare(settings, engine, stack, roles, waits=waits), app.stopping, patience_s=0)
        if not app.stopping.is_set():
            await _only_error(app.run(roles))


async def _prepare(
    settings: Settings, engine: AsyncEngine, stack: AsyncExitStack, roles: Iterable[Role], *, waits: bool
) -> None:
    """Have the database for these roles, as this version needs it, and everything loaded.

    Processes that are begun for that log as this one does.
    """
    alike = partial(configure_logging, settings.log.level, settings.log.format, secrets_of(settings))
    await reach(engine)
    await _take_turn(engine, stack, set(roles) - {Role.LISTENER}, waits=waits)
    await migration.upgrade_apart(engine, alike)
    await require_writable(engine)
    await stack.enter_async_context(reindexing_apart(engine, alike))
    if engine.dialect.name != "sqlite":
        await engine.dispose()  # what follows has pools of its own
    _warm()
    stack.enter_context(short_pauses())


async def _take_turn(engine: AsyncEngine, stack: AsyncExitStack, roles: Iterable[Role], *, waits: bool) -> None:
    """Be the only one with these roles where the database is a file."""
    while True:
        try:
            stack.enter_context(sole_copy(engine.url, roles))
        except AlreadyRunningError:
            if not waits:
                raise
            warming.warm()  # what else is to be done before it is our turn
            await asyncio.sleep(TURN_S)
        else:
            return


def _end(app: App) -> None:
    app.stop()
    asyncio.get_running_loop().call_later(LIMIT_S, leave)


def _limits(settings: Settings) -> Limits:
    wanted = settings.limits
    return Limits(topics=wanted.topics, alerts_a_day=wanted.alerts_a_day, searches_a_minute=wanted.searches_a_minute)


def _warm() -> None:
    """Load now what the first post would wait for; give back what loading took (man 3 malloc_trim; GNU only).

    What is loaded stays for good: frozen, it is not looked through again and again, which would stop everything for 0.2 s.
    """
    warming.warm()
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


async def _as_coroutine(part: Callable[[], Awaitable[None]]) -> None:
    await part()


async def _only_error(running: Awaitable[None]) -> None:
    """A TaskGroup's one error without the group around it: the command line turns it into a sentence."""
    try:
        await running
    except BaseExceptionGroup as group:
        errors = [error for error in _leaves(group) if not isinstance(error, asyncio.CancelledError)]
        with suppress(IndexError):
            raise errors[0] from None


def _leaves(error: BaseException) -> list[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in _leaves(inner)]

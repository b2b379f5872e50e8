"""The composition root: builds the parts and runs the roles in one TaskGroup."""

import asyncio
import ctypes
import gc
import logging
import math
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, suppress
from enum import StrEnum

from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from sqlalchemy.exc import DBAPIError

from bot.alarm import Alarm
from bot.answering import AnswerPace
from bot.crowd import Crowd
from bot.delivery_bot import BadTokenError, create_bot
from bot.dispatcher import create_dispatcher
from bot.listening import create_listener
from bot.menu import publish_menu
from bot.notices import tell_admins
from bot.pace import Pace
from bot.polling import Polling
from bot.relay import OutboxRelay
from bot.schedule import Schedule
from bot.serving import create_http_server, create_webhook
from bot.settings import AccountSettings, BotSettings, Settings
from monitor import migration
from monitor.account_lock import AccountInUseError, account_lock
from monitor.database import Sessions, create_engine, create_sessions, reach
from monitor.errors import MonitorError
from monitor.limits import Limits
from monitor.query import warming
from monitor.reindexing import reindexing_apart
from monitor.store import Store
from monitor.telegram.tasks import first_ended
from monitor.topics import StandingTopics

logger = logging.getLogger(__name__)

LOCK_RETRY_S = 5
BURST_S = 4


class Role(StrEnum):
    """What one process can do; `dozor run` does all of it."""

    LISTENER = "listener"
    COMMANDS = "commands"
    RELAY = "relay"
    SCHEDULE = "schedule"


class NoAccountError(MonitorError):
    """There is no account to listen with: add one under [[telegram.accounts]] and run `dozor login`."""

    code = "no_account"


class App:
    """The parts of one process. `stop()` lets what is under way finish; what is owed stays owed."""

    def __init__(self, settings: Settings, sessions: Sessions, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._sessions = sessions
        self._bot = create_bot(settings.bot)
        stack.push_async_callback(self._bot.session.close)
        pace = _pace(settings.bot)
        self._bot.session.middleware(AnswerPace(pace))
        self._relay = OutboxRelay(self._bot, sessions, pace, joined_from=_joined_from(settings.bot))
        self._crowd = Crowd(sessions, wake=self._relay.wake)
        self._store = Store(sessions, StandingTopics(), wake=self._wake, admins=settings.bot.admins)
        dispatcher = create_dispatcher(
            sessions,
            settings.bot,
            limits=settings.limits,
            feeds_url=settings.http.address,
            translation_wanted=self._store.requests.translations_wanted.set,
        )
        webhook = create_webhook(self._bot, dispatcher, settings.bot)
        self._updates = webhook or Polling(self._bot, dispatcher)
        self._schedule = Schedule(sessions, admins=settings.bot.admins)
        self._alarm = Alarm(sessions, settings.bot.admins)
        self._http = create_http_server(settings.http, sessions, webhook)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to end: no new updates, no new claims."""
        self._updates.stop()
        self._relay.stop()
        self._crowd.stop()
        self._schedule.stop()
        self._alarm.stop()
        if self._http is not None:
            self._http.stop()
        self._stopping.set()

    async def run(self, roles: Iterable[Role]) -> None:
        """Run the roles until `stop()`."""
        parts: dict[Role, Callable[[], Awaitable[None]]] = {
            Role.LISTENER: self._listen,
            Role.COMMANDS: self._command,
            Role.RELAY: self._deliver,
            Role.SCHEDULE: self._schedule.run,
        }
        async with asyncio.TaskGroup() as group:
            group.create_task(self._alarm.run(), name="alarm")
            if self._http is not None:
                group.create_task(self._http.run(), name="http")
            for role in set(roles):
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

    def _wake(self) -> None:
        self._relay.wake()
        self._crowd.wake()

    async def _listen(self) -> None:
        accounts = self._settings.telegram.accounts
        if not accounts:
            raise NoAccountError
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._listen_as(account)) for account in accounts]
            await self._stopping.wait()
            for task in tasks:
                task.cancel()

    async def _listen_as(self, account: AccountSettings) -> None:
        """One account; when it needs a person, the admins are told and the rest goes on."""
        try:
            await self._listen_alone(account)
        except AccountInUseError:
            raise
        except MonitorError as error:
            logger.error("account %s does not listen any more: %s", account.name, error)
            await tell_admins(self._sessions, self._settings.bot.admins, error.code, account=account.name)
            self._relay.wake()

    async def _listen_alone(self, account: AccountSettings) -> None:
        """Listen while no other process does with this account. A lock that the database has lost is taken again."""
        listener = create_listener(self._settings.telegram, account, self._store)
        while True:
            try:
                async with account_lock(self._sessions.engine, account.name, account.session) as lock:
                    await first_ended(listener.run(), lock.watch())
            except DBAPIError as error:
                logger.warning("the lock of account %s was lost, taking it again: %s", account.name, error.orig)
                await asyncio.sleep(LOCK_RETRY_S)


async def run(settings: Settings, roles: Iterable[Role]) -> None:
    """Run the roles until SIGINT or SIGTERM."""
    async with AsyncExitStack() as stack:
        engine = create_engine(settings.database.url.get_secret_value())
        stack.push_async_callback(engine.dispose)
        app = App(settings, create_sessions(engine, _limits(settings)), stack)
        await reach(engine)
        await migration.upgrade_apart(engine)
        await stack.enter_async_context(reindexing_apart(engine))
        _warm()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, app.stop)
        await _only_error(app.run(roles))


def _pace(settings: BotSettings) -> Pace:
    return Pace(
        overall=settings.messages_per_second,
        chat=settings.messages_per_second_in_a_chat,
        group=settings.messages_per_minute_in_a_group,
    )


def _joined_from(settings: BotSettings) -> int:
    """What would keep a chat busy for so many seconds goes out as one message."""
    return max(2, math.ceil(BURST_S * settings.messages_per_second_in_a_chat))


def _limits(settings: Settings) -> Limits:
    return Limits(topics=settings.limits.topics, searches_a_minute=settings.limits.searches_a_minute)


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

"""The role that listens, and from settings to the parts of the MTProto side."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.notices import tell_admins
from bot.secrecy import seal_of
from bot.settings import AccountSettings, Settings, TelegramSettings
from monitor.account_lock import AccountInUseError, account_lock
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.meter import Meter
from monitor.store import Store
from monitor.telegram import proxy
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.listener import Listener
from monitor.telegram.tasks import first_ended
from monitor.telegram.timing import Timing

logger = logging.getLogger(__name__)

LOCK_RETRY_S = 1
TURN_S = 0.1


class ApiIdMissingError(MonitorError):
    """[telegram] api_id and api_hash are missing: get them from https://my.telegram.org."""

    code = "api_id_missing"


class NoAccountError(MonitorError):
    """There is no account to listen with: add one under [[telegram.accounts]] and run `dozor login`."""

    code = "no_account"


class Listening:
    """All accounts of the settings listen until `stop()`; `wake` is called when the admins are owed a message.

    `waits`: what another process listens with is waited for, so that this one takes its place the moment it ends.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        store: Store,
        meter: Meter,
        *,
        wake: Callable[[], None],
        clock: Callable[[], datetime],
        waits: bool = False,
    ) -> None:
        self._settings = settings
        self._admins = settings.bot.admins
        self._sessions = sessions
        self._store = store
        self._meter = meter
        self._wake = wake
        self._clock = clock
        self._waits = waits
        self._next_in_line: set[str] = set()
        self._listeners: dict[str, Listener] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    def waits_for(self) -> list[str]:
        """The accounts that do not listen yet, or not any more, and that nobody else listens with either."""
        ready = {name for name, listener in self._listeners.items() if listener.ready.is_set()} | self._next_in_line
        return [f"account {account.name}" for account in self._settings.telegram.accounts if account.name not in ready]

    async def run(self) -> None:
        """Listen until stopped. Raises NoAccountError, AccountInUseError."""
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
            logger.error("does not listen any more: account=%s error=%s", account.name, error)
            await tell_admins(self._sessions, self._admins, error.code, self._clock(), account=account.name)
            self._wake()

    async def _listen_alone(self, account: AccountSettings) -> None:
        """Listen while no other process does with this account. A lock that was lost is taken again, or waited for."""
        waits = self._waits
        while True:
            try:
                async with account_lock(self._sessions.own, account.name, account.session) as lock:
                    self._next_in_line.discard(account.name)
                    waits = True  # a database that this process was cut off from keeps its lock for a while
                    await first_ended(self._listener(account).run(), lock.watch())
            except AccountInUseError:
                if not waits:
                    raise
                self._next_in_line.add(account.name)
                await asyncio.sleep(TURN_S if self._waits else LOCK_RETRY_S)
            except DBAPIError as error:
                logger.warning("a lock was lost, taking it again: account=%s error=%s", account.name, error.orig)
                await asyncio.sleep(LOCK_RETRY_S)

    def _listener(self, account: AccountSettings) -> Listener:
        """That of the account, which reads its session when nobody else writes it any more."""
        if account.name not in self._listeners:
            self._listeners[account.name] = create_listener(self._settings, account, self._store, self._meter)
        return self._listeners[account.name]


def client_for(settings: Settings, account: AccountSettings) -> Any:
    """A Telethon client for the account, not connected yet.

    Raises ApiIdMissingError, ProxyError, BadKeyError and those of `create_client`.
    """
    telegram = settings.telegram
    api_hash = telegram.api_hash.get_secret_value()
    if not telegram.api_id or not api_hash:
        raise ApiIdMissingError
    way = proxy.parse(account.proxy.get_secret_value()) if account.proxy else None
    return create_client(
        account.session, telegram.api_id, api_hash, _endpoint(telegram), way, seal_of(settings.security)
    )


def create_listener(settings: Settings, account: AccountSettings, store: Store, meter: Meter | None = None) -> Listener:
    """The listener of one account; `meter` counts what it does. Raises as `client_for` does."""
    telegram = settings.telegram
    timing = Timing(
        sweep_s=telegram.sweep_seconds,
        history_per_minute=telegram.history_per_minute,
        joins_per_hour=telegram.joins_per_hour,
    )
    client = client_for(settings, account)
    return Listener(account.name, client, store, joins=account.joins, timing=timing, meter=meter)


def _endpoint(telegram: TelegramSettings) -> Endpoint | None:
    if telegram.dc_address is None or telegram.dc_port is None:
        return None
    return Endpoint(telegram.dc_id or 2, telegram.dc_address, telegram.dc_port, telegram.dc_public_key)

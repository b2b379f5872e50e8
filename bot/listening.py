"""From settings to the parts of the MTProto side."""

from typing import Any

from bot.settings import AccountSettings, TelegramSettings
from monitor.errors import MonitorError
from monitor.store import Store
from monitor.telegram import proxy
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.listener import Listener
from monitor.telegram.timing import Timing


class ApiIdMissingError(MonitorError):
    """[telegram] api_id and api_hash are missing: get them from https://my.telegram.org."""

    code = "api_id_missing"


def client_for(telegram: TelegramSettings, account: AccountSettings) -> Any:
    """A Telethon client for the account, not connected yet. Raises ApiIdMissingError, ProxyError and those of `create_client`."""
    api_hash = telegram.api_hash.get_secret_value()
    if not telegram.api_id or not api_hash:
        raise ApiIdMissingError
    way = proxy.parse(account.proxy.get_secret_value()) if account.proxy else None
    return create_client(account.session, telegram.api_id, api_hash, _endpoint(telegram), way)


def create_listener(telegram: TelegramSettings, account: AccountSettings, store: Store) -> Listener:
    """The listener of one account."""
    timing = Timing(
        sweep_s=telegram.sweep_seconds,
        history_per_minute=telegram.history_per_minute,
        joins_per_hour=telegram.joins_per_hour,
    )
    return Listener(account.name, client_for(telegram, account), store, joins=account.joins, timing=timing)


def _endpoint(telegram: TelegramSettings) -> Endpoint | None:
    if telegram.dc_address is None or telegram.dc_port is None:
        return None
    return Endpoint(telegram.dc_id or 2, telegram.dc_address, telegram.dc_port, telegram.dc_public_key)

"""From settings to the HTTP server and what it offers; a process without one does not load it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiogram import Bot, Dispatcher

from bot.middlewares import Access
from bot.settings import BotSettings, HttpSettings
from monitor.database import Sessions
from monitor.meter import Meter

if TYPE_CHECKING:
    from bot.http import HttpServer
    from bot.webhook import Webhook


def create_http_server(
    http: HttpSettings,
    sessions: Sessions,
    webhook: Webhook | None = None,
    *,
    bot: BotSettings,
    meter: Meter,
    waits_for: Callable[[], Iterable[str]] = tuple,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> HttpServer | None:
    """The server of these settings, which also takes updates for `webhook`; None without a port.

    `waits_for` names what the process has not got yet to be ready.
    """
    if http.port is None:
        return None
    from bot.feeds import feed_routes
    from bot.http import HttpServer
    from bot.probes import probe_routes

    routes = probe_routes(sessions, waits_for)
    if http.address is not None:
        routes += feed_routes(sessions, http.address, Access(bot.access), bot.admins)
    if http.metrics:
        from bot.metrics import metrics_route

        token = http.metrics_token.get_secret_value() if http.metrics_token is not None else None
        routes.append(metrics_route(sessions, meter, token, clock))
    if webhook is not None:
        routes.append(webhook.route())
    return HttpServer(http.host, http.port, routes)


def create_webhook(bot: Bot, dispatcher: Dispatcher, settings: BotSettings) -> Webhook | None:
    """What takes updates at the address of the settings; None where the bot polls."""
    if settings.webhook_url is None:
        return None
    from bot.origins import Origins
    from bot.webhook import Webhook, secret_of

    own = settings.webhook_secret
    secret = own.get_secret_value() if own is not None else secret_of(settings.token.get_secret_value())
    origins = Origins(settings.webhook_networks, settings.webhook_proxies)
    return Webhook(bot, dispatcher, settings.webhook_url, secret, origins)

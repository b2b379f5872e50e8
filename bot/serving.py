"""From settings to the HTTP server and what it offers; a process without one does not load it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import HttpSettings
from monitor.database import Sessions

if TYPE_CHECKING:
    from bot.http import HttpServer


def create_http_server(http: HttpSettings, sessions: Sessions) -> HttpServer | None:
    """The server of these settings; None without a port."""
    if http.port is None or http.address is None:
        return None
    from bot.feeds import feed_routes
    from bot.http import HttpServer

    return HttpServer(http.host, http.port, feed_routes(sessions, http.address))

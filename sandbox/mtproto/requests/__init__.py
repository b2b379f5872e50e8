"""Handlers of requests, a module per namespace of Telegram's API."""

from __future__ import annotations

from sandbox.mtproto.call import Handler
from sandbox.mtproto.requests import (
    auth,
    channels,
    contacts,
    dialogs,
    history,
    invites,
    settings,
    translation,
    updates,
    upload,
    users,
)


def handlers() -> dict[type, Handler]:
    """Every request the server understands."""
    table: dict[type, Handler] = {}
    for service in (auth, channels, contacts, dialogs, history, invites, settings, translation, updates, upload, users):
        table |= service.routes.handlers
    return table

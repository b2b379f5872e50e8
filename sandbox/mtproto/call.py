"""Call: one request with everything its handler may look at, and the table of handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.entities import Account
from sandbox.mtproto.keyring import AuthKey
from sandbox.mtproto.refusal import Refusal
from sandbox.mtproto.viewpoint import Viewpoint

if TYPE_CHECKING:
    from sandbox.mtproto.server import Server

DUPLICATED = "AUTH_KEY_DUPLICATED"
Handler = Callable[["Call", Any], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks whom. `account` refuses what needs a signed-in account."""

    server: Server
    key: AuthKey

    @property
    def account(self) -> Account:
        """The account that the key is signed in to."""
        account = self.server.world.accounts.get(self.key.account_id or 0)
        if account is None:
            raise Refusal(406 if self.key.ended == DUPLICATED else 401, self.key.ended or "AUTH_KEY_UNREGISTERED")
        return account

    @property
    def view(self) -> Viewpoint:
        """The world as this account sees it."""
        return self.server.viewpoint(self.account)


class Routes:
    """Handlers by the class of request; a service module fills one."""

    def __init__(self) -> None:
        self.handlers: dict[type, Handler] = {}

    def on(self, *requests: type) -> Callable[[Handler], Handler]:
        """Registers a handler for requests."""

        def register(handler: Handler) -> Handler:
            self.handlers.update(dict.fromkeys(requests, handler))
            return handler

        return register

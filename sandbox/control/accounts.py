"""Requests about accounts, and about what goes wrong on purpose."""

from __future__ import annotations

import base64
import binascii
import dataclasses
from datetime import timedelta
from typing import Any

from aiohttp import web

from sandbox.administration import suspend
from sandbox.botapi.limits import Limits
from sandbox.control.channels import account
from sandbox.control.reading import MistakeError, check, read
from sandbox.events import Registered
from sandbox.faults import Faults
from sandbox.mtproto.server import Server
from sandbox.world import Account, World

QR = "tg://login?token="


class AccountRequests:
    """Their handlers."""

    def __init__(self, world: World, faults: Faults, mtproto: Server, limits: Limits) -> None:
        self._world = world
        self._faults = faults
        self._mtproto = mtproto
        self._limits = limits

    def routes(self) -> list[web.RouteDef]:
        """What is asked for where."""
        return [
            web.post("/control/accounts", self._add),
            web.get("/control/accounts", self._list),
            web.post("/control/accounts/accept", self._accept),
            web.post("/control/accounts/revoke", self._revoke),
            web.post("/control/accounts/ban", self._ban),
            web.post("/control/accounts/cut", self._cut),
            web.post("/control/faults", self._add_fault),
            web.get("/control/faults", self._list_faults),
            web.delete("/control/faults", self._clear_faults),
            web.post("/control/clock", self._set_clock),
            web.post("/control/limits", self._set_limits),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        body = await read(request, "phone", "name")
        check(body, phone=str, name=str, password=str, premium=bool, username=str)
        added = self._world.add_account(body["phone"], body["name"], username=body.get("username"))
        added.premium, added.password = body.get("premium", added.premium), body.get("password", added.password)
        self._world.tell(Registered(added))
        return web.json_response({"id": added.id})

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([self._shown(each) for each in self._world.accounts.values()])

    def _shown(self, one: Account) -> dict[str, Any]:
        return {
            "id": one.id,
            "phone": one.phone,
            "name": one.first_name,
            "premium": one.premium,
            "banned": one.banned,
            "sessions": len(self._mtproto.keyring.of(one.id)),
            "channels": [self._world.channels[number].username for number in sorted(one.joined)],
            "code": self._mtproto.codes.get(one.phone),
        }

    async def _accept(self, request: web.Request) -> web.Response:
        body = await read(request, "phone", "token")
        text = str(body["token"]).removeprefix(QR)
        try:
            token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            self._mtproto.accept_login(token, account(self._world, body["phone"]))
        except (binascii.Error, KeyError, ValueError):
            raise MistakeError(f"Nobody waits with this token: send what stands behind {QR}") from None
        return web.json_response({"ok": True})

    async def _revoke(self, request: web.Request) -> web.Response:
        body = await read(request, "phone")
        try:
            self._mtproto.revoke(account(self._world, body["phone"]), body.get("why", "AUTH_KEY_UNREGISTERED"))
        except ValueError as error:
            raise MistakeError(f"{error}.") from None
        return web.json_response({"ok": True})

    async def _ban(self, request: web.Request) -> web.Response:
        body = await read(request, "phone", "banned")
        one = account(self._world, body["phone"])
        suspend(self._world, one, banned=bool(body["banned"]))
        if one.banned:
            self._mtproto.revoke(one, "USER_DEACTIVATED_BAN")
        return web.json_response({"ok": True})

    async def _cut(self, request: web.Request) -> web.Response:
        body = await read(request)
        one = account(self._world, body["phone"]) if body.get("phone") else None
        return web.json_response({"cut": self._mtproto.cut(one)})

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read(request, "kind")
        check(body, kind=str, method=str, times=int, seconds=int, code=int, message=str)
        try:
            self._faults.add(**body)
        except (TypeError, ValueError) as error:
            raise MistakeError(f"{error}.") from None
        return web.json_response({"ok": True})

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(fault) for fault in self._faults.waiting()])

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear(request.query.get("kind"))
        return web.json_response({"ok": True})

    async def _set_clock(self, request: web.Request) -> web.Response:
        body = await read(request, "skew")
        check(body, skew=int)
        self._faults.clock_skew = timedelta(seconds=body["skew"])
        return web.json_response({"ok": True})

    async def _set_limits(self, request: web.Request) -> web.Response:
        self._limits.on = bool((await read(request, "on"))["on"])
        return web.json_response({"refused": self._limits.refused})

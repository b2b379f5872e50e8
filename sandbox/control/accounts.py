"""Requests about accounts, and about what goes wrong on purpose."""

from __future__ import annotations

import base64
import binascii
import dataclasses
from datetime import timedelta

from aiohttp import web

from sandbox.botapi.limits import Limits
from sandbox.control.channels import account
from sandbox.control.reading import MistakeError, read
from sandbox.faults import Faults
from sandbox.mtproto.server import Server
from sandbox.world import World

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
            web.post("/control/accounts/accept", self._accept),
            web.post("/control/accounts/revoke", self._revoke),
            web.post("/control/accounts/cut", self._cut),
            web.post("/control/faults", self._add_fault),
            web.get("/control/faults", self._list_faults),
            web.delete("/control/faults", self._clear_faults),
            web.post("/control/clock", self._set_clock),
            web.post("/control/limits", self._set_limits),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        body = await read(request, "phone", "name")
        more = {"password": body.get("password"), "premium": body.get("premium", False)}
        return web.json_response({"id": self._world.add_account(body["phone"], body["name"], **more).id})

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
        self._mtproto.revoke(account(self._world, body["phone"]))
        return web.json_response({"ok": True})

    async def _cut(self, request: web.Request) -> web.Response:
        body = await read(request)
        one = account(self._world, body["phone"]) if body.get("phone") else None
        return web.json_response({"cut": self._mtproto.cut(one)})

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._faults.add(**await read(request, "kind"))
        except (TypeError, ValueError) as error:
            raise MistakeError(f"{error}.") from None
        return web.json_response({"ok": True})

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(fault) for fault in self._faults.waiting()])

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({"ok": True})

    async def _set_clock(self, request: web.Request) -> web.Response:
        self._faults.clock_skew = timedelta(seconds=(await read(request, "skew"))["skew"])
        return web.json_response({"ok": True})

    async def _set_limits(self, request: web.Request) -> web.Response:
        self._limits.on = bool((await read(request, "on"))["on"])
        return web.json_response({"refused": self._limits.refused})

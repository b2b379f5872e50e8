"""help.*: where the data centre is and what it allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from sandbox.mtproto.call import Call, Routes

DC_ID = 2
routes = Routes()


@routes.on(functions.help.GetConfigRequest)
def config(call: Call, request: Any) -> Any:
    """One data centre; the numbers are Telegram's own of 2026."""
    now = call.server.date()
    option = types.DcOption(DC_ID, "127.0.0.1", call.server.port)
    return types.Config(
        now, now + timedelta(hours=1), False, DC_ID, [option], "", 200, 200000, 100, 210000, 5000, 30000, 300000, 30000,
        1500, 60000, 2, 172800, 172800, 172800, 2419200, 200, 2419200, 20000, 90000, 30000, 10000, "https://t.me/",
        1024, 4096, DC_ID,
    )  # fmt: skip


@routes.on(functions.help.GetNearestDcRequest)
def nearest(call: Call, request: Any) -> Any:
    """The only one."""
    return types.NearestDc("", DC_ID, DC_ID)

"""contacts.*: names to peers."""

from __future__ import annotations

import re
from typing import Any

from telethon.tl import functions, types

from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

USERNAME = re.compile(r"[a-z]\w{2,31}", re.ASCII)
routes = Routes()


@routes.on(functions.contacts.ResolveUsernameRequest)
def resolve_username(call: Call, request: Any) -> Any:
    """A public channel or an account by its username."""
    name = request.username.lower()
    if not USERNAME.fullmatch(name):
        raise Refusal(400, "USERNAME_INVALID")
    for account in call.server.world.accounts.values():
        if (account.username or "").lower() == name:
            return types.contacts.ResolvedPeer(types.PeerUser(account.id), [], [call.view.user(account)])
    try:
        channel = call.server.world.channel(name)
    except KeyError:
        raise Refusal(400, "USERNAME_NOT_OCCUPIED") from None
    return types.contacts.ResolvedPeer(types.PeerChannel(channel.id), [call.view.channel(channel)], [])


@routes.on(functions.contacts.GetContactsRequest)
def get_contacts(call: Call, request: Any) -> Any:
    """Nobody knows anybody here."""
    return types.contacts.Contacts([], 0, [call.view.user(call.account)])

"""users.*: who people are."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Account
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

routes = Routes()


def _find(call: Call, peer: Any) -> Account:
    if isinstance(peer, types.InputUserSelf | types.InputPeerSelf):
        return call.account
    account = call.server.world.accounts.get(getattr(peer, "user_id", 0))
    if account is None or peer.access_hash != call.view.access_hash(account.id):
        raise Refusal(400, "USER_ID_INVALID")
    return account


@routes.on(functions.users.GetUsersRequest)
def get_users(call: Call, request: Any) -> Any:
    """Users by their input peers."""
    return [call.view.user(_find(call, peer)) for peer in request.id]


@routes.on(functions.users.GetFullUserRequest)
def get_full_user(call: Call, request: Any) -> Any:
    """One user with everything that is empty here."""
    account = _find(call, request.id)
    full = types.UserFull(account.id, types.PeerSettings(), types.PeerNotifySettings(), 0)
    return types.users.UserFull(full, [], [call.view.user(account)])


@routes.on(functions.account.UpdateStatusRequest)
def update_status(call: Call, request: Any) -> Any:
    """Being online is nothing anybody sees here."""
    return bool(call.account)

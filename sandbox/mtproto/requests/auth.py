"""auth.*: signing in by code, by password and by QR token, and signing out."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from telethon.tl import functions, types

from sandbox.entities import Account
from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.password import Password
from sandbox.mtproto.refusal import Refusal

LOGIN_CODE = "22222"  # the data centre's number five times, as on Telegram's own test servers
TOKEN_SECONDS = 30
routes = Routes()


def _by_phone(call: Call, phone: str) -> Account:
    digits = phone.lstrip("+")
    for account in call.server.world.accounts.values():
        if account.phone.lstrip("+") == digits:
            if account.banned:
                raise Refusal(400, "PHONE_NUMBER_BANNED")
            return account
    raise Refusal(400, "PHONE_NUMBER_INVALID")


def _enter(call: Call, account: Account) -> Any:
    """Signs the key in, or asks for the second factor first."""
    if account.password is not None:
        call.key.pending = account.id
        raise Refusal(401, "SESSION_PASSWORD_NEEDED")
    return _authorised(call, account)


def _authorised(call: Call, account: Account) -> Any:
    call.server.keyring.authorise(call.key, account.id)
    return types.auth.Authorization(call.view.user(account))


@routes.on(functions.auth.SendCodeRequest)
def send_code(call: Call, request: Any) -> Any:
    """Pretends to send a code, which is always LOGIN_CODE."""
    account = _by_phone(call, request.phone_number)
    call.server.codes[account.phone] = LOGIN_CODE
    return types.auth.SentCode(types.auth.SentCodeTypeApp(len(LOGIN_CODE)), f"hash{account.id}", timeout=60)


@routes.on(functions.auth.SignInRequest)
def sign_in(call: Call, request: Any) -> Any:
    """Signs in by the code."""
    account = _by_phone(call, request.phone_number)
    if request.phone_code_hash != f"hash{account.id}":
        raise Refusal(400, "PHONE_CODE_EXPIRED")
    if request.phone_code != LOGIN_CODE:
        raise Refusal(400, "PHONE_CODE_INVALID")
    call.server.codes.pop(account.phone, None)
    return _enter(call, account)


@routes.on(functions.account.GetPasswordRequest)
def get_password(call: Call, request: Any) -> Any:
    """The challenge of the second factor."""
    account = call.server.world.accounts.get(call.key.pending or call.key.account_id or 0)
    if account is None:
        raise Refusal(401, "AUTH_KEY_UNREGISTERED")
    challenge = call.server.challenges[call.key.id] = Password(account.password or "")
    return challenge.challenge()


@routes.on(functions.auth.CheckPasswordRequest)
def check_password(call: Call, request: Any) -> Any:
    """Signs in by the second factor. A challenge serves once."""
    account = call.server.world.accounts.get(call.key.pending or 0)
    challenge = call.server.challenges.pop(call.key.id, None)
    if account is None or challenge is None:
        raise Refusal(401, "AUTH_KEY_UNREGISTERED")
    if not challenge.proves(request.password):
        raise Refusal(400, "PASSWORD_HASH_INVALID")
    return _authorised(call, account)


@routes.on(functions.auth.ExportLoginTokenRequest)
def export_login_token(call: Call, request: Any) -> Any:
    """A token to show as a QR code; once it has been accepted, the way in."""
    account = call.server.world.accounts.get(call.key.pending or 0)
    if account is not None:
        return types.auth.LoginTokenSuccess(_enter(call, account))
    call.key.login_token = os.urandom(32)
    return types.auth.LoginToken(call.server.date() + timedelta(seconds=TOKEN_SECONDS), call.key.login_token)


@routes.on(functions.auth.ImportLoginTokenRequest)
def import_login_token(call: Call, request: Any) -> Any:
    """The same on another data centre; here there is only one."""
    return export_login_token(call, request)


@routes.on(functions.auth.AcceptLoginTokenRequest)
def accept_login_token(call: Call, request: Any) -> Any:
    """A signed-in client has scanned the code of another one."""
    try:
        call.server.accept_login(request.token, call.account)
    except ValueError:
        raise Refusal(400, "AUTH_TOKEN_INVALID") from None
    now = call.server.date()
    return types.Authorization(0, "", "", "", 0, "", "", now, now, "127.0.0.1", "", "")


@routes.on(functions.auth.LogOutRequest)
def log_out(call: Call, request: Any) -> Any:
    """Signs the key out."""
    call.server.keyring.authorise(call.key, None)
    return types.auth.LoggedOut()

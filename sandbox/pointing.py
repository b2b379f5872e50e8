"""Pointing clients at a running sandbox: a configuration of the product, and words for people."""

from __future__ import annotations

import json
import os
import secrets
import string
from pathlib import Path

from sandbox import control
from sandbox.telegram import Sandbox

API_ID, API_HASH = 1, "sandbox"
PHONE = "+9996620001"

_CONFIG = """\
[telegram]
api_id = {api_id}
api_hash = {api_hash}
dc_id = 2
dc_address = "127.0.0.1"
dc_port = {port}
dc_public_key = {key}

[[telegram.accounts]]
name = "main"
session = {session}

[bot]
token = {token}
api_url = {url}
access = "open"

[database]
url = {database}
"""

_GUIDE = """\
Telegram is on this machine. The page to chat on: {url}/

Telethon      telethon.crypto.rsa.add_key(open({key}, "rb").read(), old=False)
              session.set_dc(2, "127.0.0.1", {port})
kurigram      rsa.server_public_keys[{fingerprint}] = rsa.PublicKey(n, e), data centre 127.0.0.1:{port}
aiogram       AiohttpSession(api=TelegramAPIServer.from_base("{url}"))
PTB           ApplicationBuilder().base_url("{url}/bot")
Sign in       phone {phone}, code 22222
Bot token     in {token_file}
Control       {url}/control

{control}"""


def bot_token(state: Path) -> str:
    """The bot's token, made at the first start and kept in a file of `state`."""
    file = state / "bot_token"
    if not file.exists():
        alphabet = string.ascii_letters + string.digits
        secret = "".join(secrets.choice(alphabet) for _ in range(35))
        write_private(file, f"{secrets.randbelow(900_000_000) + 100_000_000}:{secret}")
    return file.read_text()


def write_private(file: Path, text: str) -> None:
    """Writes a file only its owner may read, all at once: whoever waits for it never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(file.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)
    fresh.replace(file)


async def write_config(sandbox: Sandbox, state: Path, config: Path) -> None:
    """Writes a configuration of the product, with a signed-in session beside the keys in `state`.

    A session that an earlier start left there is kept: it holds how far the product has read.
    """
    account = sandbox.world.add_account(PHONE, "Reader")
    session = (state / "main.session").resolve()
    if not session.exists():
        await sandbox.sign_in(account, session)
    values: dict[str, object] = {
        "api_id": API_ID,
        "api_hash": API_HASH,
        "port": sandbox.mtproto_port,
        "key": str((state / "public_key.pem").resolve()),
        "session": str(session),
        "token": bot_token(state),
        "url": sandbox.bot_api_url,
        "database": f"sqlite:///{(state / 'dozor.db').resolve()}",
    }
    write_private(config, _CONFIG.format(**{name: json.dumps(value) for name, value in values.items()}))


def guide(sandbox: Sandbox, state: Path) -> str:
    """How to point clients at the sandbox, to be read by a person."""
    return _GUIDE.format(
        url=sandbox.bot_api_url,
        port=sandbox.mtproto_port,
        key=repr(str(state / "public_key.pem")),
        fingerprint=sandbox.mtproto.keyring.fingerprint,
        phone=PHONE,
        token_file=state / "bot_token",
        control=control.__doc__,
    )

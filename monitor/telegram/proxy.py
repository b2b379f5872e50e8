"""The proxy that an account goes through, from its address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from telethon.network import connection

from monitor.errors import MonitorError

SOCKS = ("socks5", "socks4", "http")
MTPROTO = "mtproto"


class ProxyError(MonitorError):
    """A proxy is written as socks5://user:password@host:port, http://host:port or mtproto://secret@host:port."""

    code = "proxy"


@dataclass(frozen=True, slots=True)
class Proxy:
    """What Telethon has to be told: its way to connect, and where."""

    connection: Any
    address: tuple[Any, ...]


def parse(text: str) -> Proxy:
    """The proxy of an address; `tg://proxy?…` and `https://t.me/proxy?…` as Telegram shares them too. Raises ProxyError."""
    try:
        return _proxy(urlsplit(text.strip()))
    except ValueError:
        raise ProxyError from None


def _proxy(url: SplitResult) -> Proxy:
    if url.path.strip("/") == "proxy" or url.hostname == "proxy":
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        return _mtproto(query.get("server"), int(query.get("port", 0)), query.get("secret"))
    if url.scheme == MTPROTO:
        return _mtproto(url.hostname, url.port, url.username)
    if url.scheme not in SOCKS or not url.hostname or not url.port:
        raise ProxyError
    name, password = unquote(url.username or "") or None, unquote(url.password or "") or None
    return Proxy(connection.ConnectionTcpFull, (url.scheme, url.hostname, url.port, True, name, password))


def _mtproto(host: str | None, port: int | None, secret: str | None) -> Proxy:
    """Secrets are 16 bytes in hexadecimal, with or without `dd`; those that begin with `ee` (fake TLS) Telethon does not speak."""
    if not host or not port or not secret or len(bytes.fromhex(secret)) not in (16, 17):
        raise ProxyError
    return Proxy(connection.ConnectionTcpMTProxyRandomizedIntermediate, (host, port, secret))

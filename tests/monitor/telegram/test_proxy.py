"""Through a proxy to Telegram: addresses, and real connections through loopback proxies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.telegram.accounts import whoami
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.proxy import ProxyError, parse
from sandbox.faults import Faults
from sandbox.mtproto.keyring import Keyring
from sandbox.mtproto.server import Server
from sandbox.sessions import write_session
from sandbox.world import Account, World

SECRET = "0123456789abcdef0123456789abcdef"


class Socks:
    """A SOCKS5 proxy (RFC 1928, with the password of RFC 1929) that counts the connections it made."""

    def __init__(self, name: bytes, password: bytes) -> None:
        self.made = 0
        self._expected = bytes([1, len(name)]) + name + bytes([len(password)]) + password
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x02")
        assert await reader.readexactly(len(self._expected)) == self._expected
        writer.write(b"\x01\x00")
        head = await reader.readexactly(10)  # version, connect, 0, IPv4, address, port
        there = await asyncio.open_connection(".".join(map(str, head[4:8])), int.from_bytes(head[8:10], "big"))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        self.made += 1
        self._tasks |= {asyncio.create_task(_copy(reader, there[1])), asyncio.create_task(_copy(there[0], writer))}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
    writer.close()


@pytest.fixture
async def socks() -> AsyncIterator[tuple[Socks, int]]:
    proxy = Socks(b"leyla", b"s3cret")
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    yield proxy, server.sockets[0].getsockname()[1]
    server.close()


async def test_an_account_goes_through_socks5(
    telegram: Server, account: Account, endpoint: Endpoint, socks: tuple[Socks, int], tmp_path: Path
) -> None:
    proxy, port = socks
    session = write_session(telegram, account, tmp_path / "reader.session")
    client = create_client(session, 1, "hash", endpoint, parse(f"socks5://leyla:s3cret@127.0.0.1:{port}"))
    await client.connect()
    assert (await whoami(client)).id == account.id
    await client.disconnect()
    assert proxy.made == 1


async def test_an_account_goes_through_an_mtproxy(tmp_path: Path) -> None:
    server = Server(World(), Faults(), Keyring(), proxy_secret=bytes.fromhex(SECRET))
    await server.start()
    account = server.world.add_account("+99450000001", "Reader")
    key = tmp_path / "dc.pem"
    key.write_text(server.keyring.public_pem)
    session = write_session(server, account, tmp_path / "reader.session")
    nowhere = Endpoint(2, "127.0.0.1", 1, key)
    client = create_client(session, 1, "hash", nowhere, parse(f"mtproto://dd{SECRET}@127.0.0.1:{server.port}"))
    await client.connect()
    assert (await whoami(client)).id == account.id
    await client.disconnect()
    await server.stop()


@pytest.mark.parametrize(
    "link",
    [
        f"https://t.me/proxy?server=proxy.example.org&port=443&secret={SECRET}",
        f"tg://proxy?server=proxy.example.org&port=443&secret={SECRET}",
        f"mtproto://{SECRET}@proxy.example.org:443",
    ],
)
def test_links_to_a_proxy_are_understood_as_telegram_shares_them(link: str) -> None:
    assert parse(link).address == ("proxy.example.org", 443, SECRET)


@pytest.mark.parametrize(
    "text",
    ["", "proxy.example.org:1080", "socks5://host", "socks5://host:port", "mtproto://host:443", "ftp://host:21",
     "mtproto://ee00@host:443", f"mtproto://ee{SECRET}6162@host:443", "tg://proxy?server=a"],
)  # fmt: skip
def test_what_is_no_proxy_is_refused(text: str) -> None:
    with pytest.raises(ProxyError):
        parse(text)

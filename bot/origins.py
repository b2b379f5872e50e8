"""From which addresses updates are taken: Telegram's own (core.telegram.org/bots/webhooks), as a proxy in front tells them.

aiogram's IPFilter takes a proxy's word from everybody, and the first address of several, which whoever asks writes himself.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Origins:
    """Updates come from `networks`, or from this machine; without networks from anywhere. Proxies are at `proxies` or here."""

    def __init__(self, networks: Sequence[Network], proxies: Sequence[Network]) -> None:
        self._networks = networks
        self._proxies = proxies

    def admit(self, peer: str | None, forwarded: Sequence[str] = ()) -> bool:
        """Whether the address at the other end may bring updates, or the last one that it forwards for, if it is a proxy."""
        if not self._networks:
            return True
        address = _address(peer)
        if address is None:
            return False
        if not forwarded or not (address.is_loopback or _is_in(address, self._proxies)):
            return address.is_loopback or _is_in(address, self._networks)
        origin = _address(forwarded[-1].rpartition(",")[2].strip())
        return origin is not None and _is_in(origin, self._networks)


def _address(text: str | None) -> Address | None:
    """The address; None for what is none."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)

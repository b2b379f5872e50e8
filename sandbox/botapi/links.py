"""Addresses behind links and buttons, as Telegram accepts and completes them."""

import re

_HTTP = re.compile(r"(?:(https?)://)?([^\s/?#:@]+)(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_OWN = re.compile(r"(tg|ton):(?://)?([\w-]+.*)", re.IGNORECASE)
_USER = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")


def checked_link(url: str) -> str | None:
    """The address with its scheme and path, None where it is no address."""
    if own := _OWN.fullmatch(url):
        return f"{own[1].lower()}://{own[2]}"
    parts = _HTTP.fullmatch(url)
    if parts is None or not _HOST.fullmatch(parts[2]):
        return None
    rest = parts[4] or "/"
    return (
        f"{(parts[1] or 'http').lower()}://{parts[2].lower()}{parts[3] or ''}{rest if rest[0] == '/' else '/' + rest}"
    )


def linked_user(url: str) -> int | None:
    """The id of the user that `tg://user?id=…` means."""
    found = _USER.fullmatch(url)
    return int(found[1]) if found else None

"""Time zones as people name them: a city in any language that is spoken here, or the hours from UTC."""

import re
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from bot.cities import CITIES
from bot.i18n import locales

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_HOURS = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?::00)?", re.IGNORECASE)
_ETC = re.compile(r"Etc/GMT([+-])(\d+)")
_BETWEEN = re.compile(r"[\s_\-‐‑–]+")
_RENAMED = {"Europe/Kiev": "Europe/Kyiv"}
"""CLDR keeps the names under which it came to know a zone."""


def zone_named(text: str) -> str:
    """The IANA name of what somebody calls a zone: Баку, Bakı, Kyiv, UTC+4; the text itself where that is not known."""
    if hours := _HOURS.fullmatch(" ".join(text.split())):
        sign = "-" if hours[1] == "+" else "+"  # of Etc's names the sign is the other one (IANA tz, "etcetera")
        return f"Etc/GMT{sign}{int(hours[2])}" if int(hours[2]) else "UTC"
    return _cities().get(_plain(text), text)


def zone_label(name: str) -> str:
    """The zone of this IANA name as it is shown: UTC+4 where that is all that it says."""
    hours = _ETC.fullmatch(name)
    return f"UTC{'−' if hours[1] == '+' else '+'}{hours[2]}" if hours else name


@cache
def _cities() -> dict[str, str]:
    """City → the name of its zone."""
    zones = sorted(name for name in available_timezones() if name.startswith(REGIONS))
    found = {_plain(name.rpartition("/")[2]): name for name in zones}
    for locale in locales():
        for name, described in Locale.parse(locale).time_zones.items():
            if name in zones and (city := described.get("city")):
                found.setdefault(_plain(city), _RENAMED.get(name, name))
    return {_plain(city): zone for zone, cities in CITIES.items() for city in cities.split(", ")} | found


def _plain(text: str) -> str:
    return _BETWEEN.sub(" ", text.strip()).casefold()

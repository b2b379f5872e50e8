"""Time zones as people name them: a city in any language that is spoken here, or the hours from UTC."""

import re
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from bot.i18n import locales

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_HOURS = re.compile(r"(?:utc|gmt)?\s*([+-−–])\s*(\d{1,2})(?::00)?", re.IGNORECASE)
_RENAMED = {"Europe/Kiev": "Europe/Kyiv"}
"""CLDR keeps the names under which it came to know a zone."""


def zone_named(text: str) -> str:
    """The IANA name of what somebody calls a zone: Баку, Bakı, Kyiv, UTC+4; the text itself where that is not known."""
    wanted = " ".join(text.split()).casefold()
    if hours := _HOURS.fullmatch(wanted):
        sign = "-" if hours[1] == "+" else "+"  # of Etc's names the sign is the other one (IANA tz, "etcetera")
        return f"Etc/GMT{sign}{int(hours[2])}" if int(hours[2]) else "UTC"
    return _cities().get(wanted, text)


@cache
def _cities() -> dict[str, str]:
    """City → the name of its zone."""
    zones = sorted(name for name in available_timezones() if name.startswith(REGIONS))
    found = {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in zones}
    for locale in locales():
        for name, described in Locale.parse(locale).time_zones.items():
            if name in zones and (city := described.get("city")):
                found.setdefault(city.casefold(), _RENAMED.get(name, name))
    return found

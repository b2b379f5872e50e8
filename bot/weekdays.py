"""Days of the week as people name them, in any language that is spoken here."""

import re
from functools import cache

from babel import Locale

from bot.i18n import locales
from monitor.digest import DAYS

_APOSTROPHES = str.maketrans(dict.fromkeys("'’`", "ʼ"))


def with_weekdays(text: str) -> str:
    """The text with mon, tue, … instead of days' names: понедельник, пн, bazar ertəsi, B.E.; what is none stays as it is."""
    names = _names()
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", lambda found: names[found[0]], _plain(text))


def weekdays(days: int, locale: str) -> str:
    """The days of a digest (a bit each, Monday's the first) as the language shortens their names, such as "Mon, Thu"."""
    names = Locale.parse(locale).days["stand-alone"]["abbreviated"]
    return ", ".join(names[number] for number in range(len(DAYS)) if days >> number & 1)


@cache
def _names() -> dict[str, str]:
    """Name → day, in full and short, with dots and without."""
    found: dict[str, str] = {}
    for locale in locales():
        for width in ("wide", "abbreviated"):
            for number, name in Locale.parse(locale).days["stand-alone"][width].items():
                plain = _plain(name)
                found |= dict.fromkeys((plain, plain.rstrip("."), plain.replace(".", "")), DAYS[number])
    return found


def _plain(text: str) -> str:
    return text.casefold().translate(_APOSTROPHES)

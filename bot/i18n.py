"""Sentences in the reader's language: Fluent files in `locales/`, English where one is missing."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from fluent.runtime import FluentBundle, FluentResource

logger = logging.getLogger(__name__)

DEFAULT_LOCALE = "en"
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Translator:
    """Turns a key of the locales into a sentence of one language: `l10n("subscribed", query="Баку")`."""

    locale: str
    bundles: tuple[FluentBundle, ...]
    zone: ZoneInfo = UTC

    def __call__(self, key: str, **args: Any) -> str:
        """The sentence, filled with `args`; the key itself if no locale has it."""
        for bundle in self.bundles:
            if bundle.has_message(key):
                return _format(bundle, key, args)
        logger.error("no locale has the key %s", key)
        return key

    def moment(self, moment: datetime) -> str:
        """A date with its time of day, as the language writes it, in the reader's zone; that is named if it is UTC."""
        local = moment.astimezone(self.zone)
        written = str(_written(self.locale).datetime_formats["medium"])
        day, time = self.full_day(moment), format_time(local, "short", locale=_written(self.locale))
        text = written.replace("{1}", day).replace("{0}", time)
        return f"{text} UTC" if self.zone is UTC else text

    def full_day(self, moment: datetime) -> str:
        """The date of a moment in the reader's zone, as the language writes it."""
        return format_date(moment.astimezone(self.zone), "medium", _written(self.locale))

    def hour(self, moment: datetime) -> str:
        """The time of day of a moment, likewise."""
        text = format_time(moment.astimezone(self.zone), "short", locale=_written(self.locale))
        return f"{text} UTC" if self.zone is UTC else text

    def day(self, day: date) -> str:
        """A day without its year, as short as the language writes it."""
        return format_skeleton("MMMd", day, locale=_written(self.locale))

    def language(self, code: str) -> str | None:
        """What this language calls the one of an ISO 639 code; None if it has no word for it."""
        return _written(self.locale).languages.get(code)

    def has(self, key: str) -> bool:
        """Is there a sentence for this key?"""
        return any(bundle.has_message(key) for bundle in self.bundles)


@cache
def locales() -> tuple[str, ...]:
    """The locales that there are, in alphabetical order."""
    names = (entry.name for entry in files("bot").joinpath("locales").iterdir())
    return tuple(sorted(name.removesuffix(".ftl") for name in names if name.endswith(".ftl")))


@lru_cache(maxsize=1_000)
def translator(locale: str, zone: str = UTC.key) -> Translator:
    """The translator of this locale, which speaks English where the locale is silent; `zone` is where its reader lives."""
    chain = (locale, DEFAULT_LOCALE) if locale in locales() and locale != DEFAULT_LOCALE else (DEFAULT_LOCALE,)
    return Translator(chain[0], tuple(_bundle(name) for name in chain), _zone(zone))


def negotiate(language_code: str | None) -> str:
    """The locale for a person's Telegram language, an IETF tag such as `ru-RU`; English if it is not spoken here."""
    language = (language_code or DEFAULT_LOCALE).partition("-")[0].lower()
    return language if language in locales() else DEFAULT_LOCALE


def _zone(name: str) -> ZoneInfo:
    """The zone of this name (IANA's); UTC for one that this machine does not know."""
    try:
        return UTC if name == UTC.key else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@cache
def _written(locale: str) -> Locale:
    """How the language writes dates; Babel would look for it with each of them."""
    return Locale.parse(locale)


@cache
def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)  # isolation marks would move the offsets of entities
    source = files("bot").joinpath("locales", f"{locale}.ftl").read_text(encoding="utf-8")
    bundle.add_resource(FluentResource(source))
    return bundle


def _format(bundle: FluentBundle, key: str, args: dict[str, Any]) -> str:
    pattern = bundle.get_message(key).value
    if pattern is None:
        return key
    text, errors = bundle.format_pattern(pattern, args)
    for error in errors:
        logger.error("the sentence %s cannot be filled: %s", key, error)
    return str(text)

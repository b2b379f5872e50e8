"""Every sentence is there in every language, and none is there for nothing."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot
import monitor
from bot.handlers.errors import sentence
from bot.i18n import locales, negotiate, translator
from bot.menu import ADMIN_COMMANDS, GROUP_ADMIN_COMMANDS
from monitor.errors import MonitorError
from monitor.query import syntax
from monitor.query.matcher import require_standing
from monitor.query.syntax import QuerySyntaxError

FOLDER = Path(bot.__file__).parent


@cache
def messages(locale: str) -> dict[str, ast.Message]:
    parsed = FluentParser().parse((FOLDER / "locales" / f"{locale}.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in parsed.body if isinstance(entry, ast.Junk)]
    return {entry.id.name: entry for entry in parsed.body if isinstance(entry, ast.Message)}


class References(Visitor):
    """The names of the arguments that fill a sentence."""

    def __init__(self, message: ast.Message) -> None:
        self.names: set[str] = set()
        self.visit(message)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 -- the visitor's name for it
        self.names.add(node.id.name)


def arguments(message: ast.Message) -> set[str]:
    return References(message).names


def errors(base: type[MonitorError] = MonitorError) -> Iterator[type[MonitorError]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from errors(subclass)


def import_everything() -> None:
    for package in (bot, monitor):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


@pytest.mark.parametrize("locale", locales())
def test_every_locale_has_the_same_sentences_with_the_same_arguments(locale: str) -> None:
    english, other = messages("en"), messages(locale)
    assert other.keys() == english.keys()
    assert {key: arguments(message) for key, message in other.items()} == {
        key: arguments(message) for key, message in english.items()
    }


def test_every_error_has_a_sentence_in_every_locale() -> None:
    import_everything()
    known = {locale: messages(locale) for locale in locales()}
    missing = {
        (error.__name__, locale)
        for error in errors()
        for locale in locales()
        if error.__module__.startswith(("bot.", "monitor.")) and f"error-{error.code}" not in known[locale]
    }
    assert not missing


def test_no_sentence_is_unused() -> None:
    import_everything()
    codes = {f"error-{error.code}" for error in errors()} | {
        f"command-{name}" for name in (*ADMIN_COMMANDS, *GROUP_ADMIN_COMMANDS)
    }
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*FOLDER.rglob("*.py"), *monitor_files()])
    unused = {key for key in messages("en").keys() - codes if not is_used(key, source)}
    assert not unused


def monitor_files() -> list[Path]:
    return list(Path(monitor.__file__).parent.rglob("*.py"))


def is_used(key: str, source: str) -> bool:
    """A key stands in the code as it is, or as a prefix or a suffix that an f-string completes: f"media-{kind}"."""
    prefix, _, rest = key.partition("-")
    return f'"{key}"' in source or f'f"{prefix}-{{' in source or (f'}}-{rest}"' in source)


@pytest.mark.parametrize("locale", locales())
def test_every_reason_why_a_query_is_wrong_has_its_own_words(locale: str) -> None:
    said = {sentence(QuerySyntaxError(reason, 4), translator(locale)) for reason in syntax._HINTS}
    assert len(said) == len(syntax._HINTS)
    assert all("5" in text for text in said)


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("key", ["start-own", "subscribe-usage", "search-usage", "group-welcome"])
def test_the_queries_that_are_suggested_can_be_asked(locale: str, key: str) -> None:
    asked = re.findall(r"^/(?:subscribe|search) (.+)$", translator(locale)(key), re.M)
    assert asked
    for query in asked:
        require_standing(syntax.parse(query))


def test_a_fault_of_ours_tells_nothing_of_itself() -> None:
    assert "secret" not in sentence(RuntimeError("secret"), translator("en"))


CODES = {"ru": "ru", "ru-RU": "ru", "EN-us": "en", "az": "az", "uk-UA": "uk", "zz": "en", None: "en", "": "en"}


@pytest.mark.parametrize(("code", "locale"), CODES.items())
def test_the_language_of_telegram_finds_its_locale(code: str | None, locale: str) -> None:
    assert negotiate(code) == locale


def test_the_four_languages_are_there() -> None:
    assert set(locales()) >= {"az", "en", "ru", "uk"}
    assert len({translator(locale)("language-name") for locale in locales()}) == len(locales())


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["post", "posts", "posts", "posts", "posts"]),
        ("ru", ["пост", "поста", "постов", "постов", "пост"]),
        ("uk", ["допис", "дописи", "дописів", "дописів", "допис"]),
        ("az", ["paylaşım"] * 5),
    ],
)
def test_each_language_counts_in_its_own_way(locale: str, words: list[str]) -> None:
    assert [translator(locale)("search-count", count=count).split()[1] for count in (1, 2, 5, 11, 21)] == words


MOMENT = datetime(2025, 7, 1, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "written"),
    [
        ("en", "UTC", "Jul 1, 2025, 9:05\u202fPM UTC"),
        ("en", "Europe/London", "Jul 1, 2025, 10:05\u202fPM"),
        ("ru", "Europe/Moscow", "2 июл. 2025\u202fг., 00:05"),
        ("az", "Asia/Baku", "2 iyl 2025 01:05"),
        ("uk", "Europe/Kyiv", "2 лип. 2025\u202fр., 00:05"),
        ("uk", "Nowhere/Here", "1 лип. 2025\u202fр., 21:05 UTC"),
        ("az", "../etc/passwd", "1 iyl 2025 21:05 UTC"),
    ],
)
def test_a_moment_is_written_as_the_reader_does_where_the_reader_is(locale: str, zone: str, written: str) -> None:
    assert translator(locale, zone).moment(MOMENT) == written
    assert written.endswith(translator(locale, zone).hour(MOMENT))


def test_a_day_is_written_shortly() -> None:
    assert [translator(locale).day(MOMENT.date()) for locale in ("en", "ru", "az", "uk")] == [
        "Jul 1",
        "1 июл.",
        "1 iyl",
        "1 лип.",
    ]


def test_russian_counts_channels_in_its_own_way() -> None:
    said = [translator("ru")("channels-title", count=count) for count in (1, 2, 5, 21)]
    assert [text.removesuffix(":").split()[-1] for text in said] == ["каналом", "каналами", "каналами", "каналом"]

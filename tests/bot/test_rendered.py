"""Every message that the bot can send, in every language, as a picture in text: `make snapshots` draws them anew.

Nothing slips by: a sentence of the locales or a function of `bot.views` that `tests/bot/samples.py` does not fill is a failure.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest
from aiogram.types import ForceReply, InlineKeyboardMarkup
from aiogram.utils.text_decorations import html_decoration
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot import views
from bot.i18n import locales, translator
from bot.views import Rendered
from tests.bot.samples import ARGUMENTS, LONG, VIEWS
from tests.bot.test_i18n import arguments, messages
from tests.bot.test_views import assert_acceptable

WIDTHS = {1: 32, 2: 16, 3: 10, 4: 7, 5: 5, 6: 4, 7: 3, 8: 3}
"""How many characters a phone of 360 points shows on a button, by the number of buttons in its row; emoji count twice."""
ALERT = 200  # characters: core.telegram.org/bots/api#answercallbackquery
NAMES = {
    "api",
    "bank",
    "bot",
    "csv",
    "desktop",
    "dozor",
    "emoji",
    "english",
    "hash",
    "id",
    "jsonl",
    "migrate",
    "poll",
    "postgresql",
    "query",
    "rss",
    "sqlite",
    "telegram",
    "utc",
    "video",
    "xlsx",
} | {*("file", "link"), *("daily", "hourly", "weekly", "mon", "thu", "off", "rich", "classic", "europe", "kyiv")}
"""Words that stay as they are in every language: names, and words of the query language."""
ADDRESSES = re.compile(r"https?://\S+|[/@#~=$]\w+|\w+:\S*|\b[\w.-]+\.\w+\b|<[^>]*>")


class TextExtension(SingleFileSnapshotExtension):
    """One text file a picture."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def drawing(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextExtension)


class Choices(Visitor):
    """What a sentence chooses by: argument → the names of its variants, without those that count."""

    def __init__(self) -> None:
        self.by_argument: dict[str, list[str]] = {}

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 -- the visitor's name for it
        names = [each.key.name for each in node.variants if isinstance(each.key, ast.Identifier)]
        if isinstance(node.selector, ast.VariableReference) and not {"one", "few", "many"} & set(names):
            self.by_argument[node.selector.id.name] = names
        self.generic_visit(node)


class Words(Visitor):
    """The words of a sentence, without what fills it."""

    def __init__(self, message: ast.Message) -> None:
        self.text = ""
        self.visit(message)

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802
        self.text += node.value + " "


def fillings(message: ast.Message) -> Iterator[dict[str, str | int]]:
    """Arguments for the sentence, so often that every value of each has its turn."""
    choices = Choices()
    choices.visit(message)
    values = {name: choices.by_argument.get(name) or ARGUMENTS[name] for name in arguments(message)}
    for turn in range(max((len(each) for each in values.values()), default=1)):
        yield {name: each[turn % len(each)] for name, each in values.items()}


def drawn(rendered: Rendered) -> str:
    """The message as text: formatting as HTML, a row of buttons a line."""
    lines = [html_decoration.unparse(rendered.text, rendered.entities)]
    if rendered.link_preview.url:
        lines.append(f"({rendered.link_preview.url})")
    lines += ["".join(f"[ {text} ]" for text in row) for row in buttons(rendered)]
    return "\n".join(lines)


def buttons(rendered: Rendered) -> list[list[str]]:
    markup = rendered.reply_markup
    if markup is None or isinstance(markup, ForceReply):
        return []
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else markup.keyboard
    return [[button.text for button in row] for row in rows]


def pictures(locale: str, view: str) -> list[Rendered]:
    return [sample(translator(locale)) for sample in VIEWS[view]]


def untranslated(text: str) -> set[str]:
    """Latin words in a Cyrillic text that are no names."""
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", ADDRESSES.sub("", text))} - NAMES


def test_every_view_has_a_sample() -> None:
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(views.__path__, "bot.views.")]
    made = {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith("bot.views.")
        and not name.startswith("_")
        and "Rendered" in str(inspect.signature(function).return_annotation)
    }
    assert VIEWS.keys() == made, "give each view samples in tests/bot/samples.py"
    assert all(VIEWS.values())


def test_every_argument_of_a_sentence_has_a_sample() -> None:
    for key, message in messages("en").items():
        choices = Choices()
        choices.visit(message)
        missing = arguments(message) - ARGUMENTS.keys() - choices.by_argument.keys()
        assert not missing, f"give {missing} of {key} values in tests/bot/samples.py"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("locale", locales())
def test_views(locale: str, view: str, drawing: SnapshotAssertion) -> None:
    assert drawing == "\n\n────────\n\n".join(drawn(each) for each in pictures(locale, view)) + "\n"


@pytest.mark.parametrize("locale", locales())
def test_sentences(locale: str, drawing: SnapshotAssertion, caplog: pytest.LogCaptureFixture) -> None:
    said = []
    for key, message in sorted(messages(locale).items()):
        said += dict.fromkeys(f"{key}: {translator(locale)(key, **filling)}" for filling in fillings(message))
    assert not caplog.records, "a sentence could not be filled"
    assert drawing == "\n".join(said) + "\n"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("locale", locales())
def test_telegram_takes_every_view_and_a_phone_shows_its_buttons_whole(locale: str, view: str) -> None:
    for rendered in pictures(locale, view):
        assert_acceptable(rendered)
        rows = buttons(rendered)
        assert sum(map(len, rows)) <= 100
        assert [text for row in rows for text in row if width(text) > WIDTHS[len(row)]] == []


@pytest.mark.parametrize("locale", locales())
def test_no_sentence_is_too_long_for_its_place(locale: str) -> None:
    for key, message in messages(locale).items():
        for filling in fillings(message):
            longest = {name: LONG if isinstance(value, str) else value for name, value in filling.items()}
            assert len(translator(locale)(key, **longest)) < 3000, key
            assert not key.startswith("error-") or len(translator(locale)(key, **filling)) <= ALERT, key


@pytest.mark.parametrize("locale", ["ru", "uk"])
def test_no_word_of_a_cyrillic_language_is_left_in_english(locale: str) -> None:
    for key, message in messages(locale).items():
        assert not untranslated(Words(message).text), key
    for view in VIEWS.keys() - {"languages"}:
        for rendered in pictures(locale, view):
            assert not untranslated(drawn(rendered)), view


@pytest.mark.parametrize("locale", [each for each in locales() if each != "en"])
def test_no_sentence_keeps_english_words(locale: str) -> None:
    english = messages("en")
    for key, message in messages(locale).items():
        said, asked = (ADDRESSES.sub("", Words(each).text).lower() for each in (message, english[key]))
        same = set(re.findall(r"[a-z]{3,}", asked)) & set(re.findall(r"[^\W\d_]{3,}", said)) - NAMES
        assert not same, f"{key} still says {same}"


def width(text: str) -> int:
    """How wide the text is in characters; those beyond the letters of the alphabets are twice as wide."""
    return sum(2 if character > "\u2fff" else 1 for character in text)

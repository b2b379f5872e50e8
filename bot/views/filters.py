"""What stands under the answers to a question: pages, filters, an alert, a link."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import AlertAbout, FilterName, OpenFilter, ResultsPage, SetFilter, ShareSearch
from bot.i18n import Translator
from bot.views.draft import shorten
from bot.views.tongues import tongue
from bot.views.translation import translate_button
from monitor.models import Post, Search

PERIODS = ("24h", "7d", "30d", "365d")
MEDIA = ("photo|video", "file", "link", "poll")
LABEL_LIMIT = 13  # UTF-16 units of a name on a button: two stand beside each other on a phone
CHOSEN = "✓ "

Row = list[InlineKeyboardButton]


def results_buttons(
    kept: Search, number: int, older: int | None, l10n: Translator, foreign: Mapping[int, Post] | None = None
) -> InlineKeyboardMarkup:
    """The buttons under page `number` of the answers; `older` is the post id below which there are more.

    `foreign` are the answers that can be translated, by their places on the page.
    """
    translated = [translate_button(post, f"🌐 {place}") for place, post in (foreign or {}).items()]
    rows = [translated, _pages(kept, number, older, l10n), *_filters(kept, l10n), _deeds(kept, l10n)]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def alert_button(kept: Search, l10n: Translator) -> InlineKeyboardMarkup:
    """The one button under a question that has no answer yet."""
    return InlineKeyboardMarkup(inline_keyboard=[_deeds(kept, l10n)[:1]])


def filter_choices(
    kept: Search, name: FilterName, offered: Sequence[tuple[str, str]], l10n: Translator
) -> InlineKeyboardMarkup:
    """A button for each value of one filter, two in a row, one that lifts it, and the way back."""
    chosen = kept.filters.get(name, "")
    values = [("", l10n(f"filter-{name}-any")), *((value, label(name, value, title, l10n)) for value, title in offered)]
    buttons = [
        _button((CHOSEN if value == chosen else "") + text, SetFilter(search=kept.id, name=name, value=value))
        for value, text in values
    ]
    return InlineKeyboardMarkup(inline_keyboard=[*_pairs(buttons), [_back(kept, l10n)]])


def share_buttons(kept: Search, address: str, l10n: Translator) -> InlineKeyboardMarkup:
    """Ways to hand on the link to these answers."""
    send = f"https://t.me/share/url?{urlencode({'url': address, 'text': shorten(kept.query, 200)})}"
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=l10n("share-send"), url=send)],
            [InlineKeyboardButton(text=l10n("share-copy"), copy_text=CopyTextButton(text=address))],
            [_back(kept, l10n)],
        ]
    )


def label(name: str, value: str, title: str, l10n: Translator) -> str:
    """How a value of a filter is called on a button."""
    if name == FilterName.CHANNEL:
        return shorten(title, LABEL_LIMIT)
    if name == FilterName.LANGUAGE:
        return tongue(value)
    return l10n(f"filter-{name}-{value.partition('|')[0]}")


def _pages(kept: Search, number: int, older: int | None, l10n: Translator) -> Row:
    row = []
    if number > 1:
        row.append(_button(l10n("search-newer"), ResultsPage(search=kept.id, number=number - 1)))
    if older is not None:
        row.append(_button(l10n("search-older"), ResultsPage(search=kept.id, number=number + 1, before=older)))
    return row


def _filters(kept: Search, l10n: Translator) -> list[Row]:
    return _pairs([_button(_set(kept, name, l10n), OpenFilter(search=kept.id, name=name)) for name in FilterName])


def _set(kept: Search, name: FilterName, l10n: Translator) -> str:
    value = kept.filters.get(name)
    icon = l10n(f"filter-{name}-icon")
    return f"{icon} {label(name, value, f'@{value}', l10n) if value else l10n(f'filter-{name}-any')}"


def _deeds(kept: Search, l10n: Translator) -> Row:
    return [
        _button(l10n("search-alert"), AlertAbout(search=kept.id)),
        _button(l10n("search-share"), ShareSearch(search=kept.id)),
    ]


def _back(kept: Search, l10n: Translator) -> InlineKeyboardButton:
    return _button(l10n("back"), ResultsPage(search=kept.id, number=1))


def _button(text: str, data: ResultsPage | OpenFilter | SetFilter | AlertAbout | ShareSearch) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _pairs(buttons: list[InlineKeyboardButton]) -> list[Row]:
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]

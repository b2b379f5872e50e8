"""An export: in which form, how far, done."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import ExportAs
from bot.i18n import Translator
from bot.views.draft import Draft, Rendered, shorten
from monitor.exporting import TABLES
from monitor.models import Search

QUERY_LIMIT = 200  # UTF-16 units


def export_formats(kept: Search, l10n: Translator) -> Rendered:
    """A button for each kind of file."""
    row = [
        InlineKeyboardButton(text=form.upper(), callback_data=ExportAs(search=kept.id, form=form).pack())
        for form in TABLES
    ]
    draft = _head(kept.query).add(l10n("export-choose"))
    return draft.render(reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]))


def exporting(query: str, done: int, total: int | None, l10n: Translator) -> Rendered:
    """So many posts are in the file, of so many if that is known."""
    draft = _head(query).add("⏳ ")
    if total is None:
        return draft.add(l10n("search-count", count=done)).render()
    return draft.add(l10n("export-progress", done=done, count=total)).render()


def exported(query: str, count: int, cut: bool, l10n: Translator) -> Rendered:
    """The file is sent, unless there is nothing in it; `cut` says that there were more posts than an export takes."""
    if not count:
        return Draft().add(l10n("search-nothing", query=shorten(query, QUERY_LIMIT))).render()
    draft = _head(query).add("✅ ").add(l10n("search-count", count=count))
    return draft.add("\n").add(l10n("export-cut")).render() if cut else draft.render()


def _head(query: str) -> Draft:
    return Draft().add("📦 ").add(shorten(query, QUERY_LIMIT), "bold").add("\n")

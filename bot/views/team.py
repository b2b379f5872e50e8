"""Who changes what a group is told of."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import DismissEditor
from bot.i18n import Translator
from bot.views.draft import Draft, Rendered, shorten
from monitor.models import Editor

NAME_LIMIT = 26  # UTF-16 units of a name on a button
SHOWN = 50


def editors(named: Sequence[Editor], l10n: Translator) -> Rendered:
    """The editors, each with a button that dismisses them, and how one is named."""
    draft, rows = Draft().add(l10n("editors-title"), "bold").add("\n"), []
    for editor in named[:SHOWN]:
        called = shorten(editor.name, NAME_LIMIT)
        draft.add(f"\n✏️ {called}")
        dismissing = DismissEditor(user=editor.user_id).pack()
        rows.append([InlineKeyboardButton(text=f"✖ {called}", callback_data=dismissing)])
    if not named:
        draft.add("\n").add(l10n("editors-none"))
    draft.add("\n\n").add(l10n("editors-how"))
    return draft.render(InlineKeyboardMarkup(inline_keyboard=rows) if rows else None)

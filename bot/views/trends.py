"""The words that rise."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import SearchWord
from bot.i18n import Translator
from bot.views.draft import Draft, Rendered, shorten
from monitor.trends import Rising

LABEL_LIMIT = 14  # UTF-16 units: two buttons stand beside each other on a phone
DATA_LIMIT = 50  # bytes of a word that a button can carry


def trends(found: Sequence[Rising] | None, l10n: Translator) -> Rendered:
    """A line for each word, and a button that finds its posts; None: it is not known yet what is usual."""
    if not found:
        return Draft().add(l10n("trends-unknown" if found is None else "trends-none")).render()
    draft = Draft().add("📈 ").add(l10n("trends-title"), "bold").add("\n")
    for each in found:
        draft.add("\n").add(each.word, "bold").add(" · ").add(l10n("search-count", count=each.posts))
        draft.add(" · ").add(l10n("trends-times", times=round(each.times)))
    buttons = [
        InlineKeyboardButton(text=shorten(each.word, LABEL_LIMIT), callback_data=SearchWord(word=each.word).pack())
        for each in found
        if len(each.word.encode()) <= DATA_LIMIT
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return draft.render(reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))

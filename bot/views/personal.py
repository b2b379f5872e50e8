"""What a person is asked before everything about them is deleted."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import ForgetMe
from bot.i18n import Translator
from bot.views.draft import Draft, Rendered


def forgetting(l10n: Translator) -> Rendered:
    """Whether to delete all, with a button for either answer."""
    rows = [
        [InlineKeyboardButton(text=l10n(key), callback_data=ForgetMe(sure=sure).pack())]
        for key, sure in (("personal-forget", True), ("personal-keep", False))
    ]
    return Draft().add(l10n("personal-ask")).render(InlineKeyboardMarkup(inline_keyboard=rows))

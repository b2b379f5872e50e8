"""Lists, choices and sentences that the bot answers with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import ChooseLanguage
from bot.i18n import Translator, locales, translator
from bot.topic_callbacks import EndSubscription
from bot.views.admin import broadcast
from bot.views.admission import join_request
from bot.views.draft import Draft, Rendered, shorten
from monitor.models import Topic

NAME_LIMIT = 64  # UTF-16 units
BUTTON_LIMIT = 28  # UTF-16 units of a name that a phone shows on a button
BUTTONS = 90  # Telegram shows at most 100 under a message


def sentence(key: str, params: Mapping[str, Any], l10n: Translator) -> Rendered:
    """One sentence: `key` in the locales, filled with `params`."""
    return Draft().add(l10n(key, **params)).render()


def notice(key: str, params: Mapping[str, Any], l10n: Translator) -> Rendered:
    """What became of something that was asked for: `notice-<key>` in the locales, or `error-<key>` if it failed."""
    match key:
        case "join":
            return join_request(params, l10n)
        case "broadcast":
            return broadcast(params)
    known = next((name for name in (key, f"notice-{key}", f"error-{key}") if l10n.has(name)), "error-unexpected")
    return sentence(known, params, l10n)


def unsubscribing(topics: Sequence[Topic], l10n: Translator) -> Rendered:
    """A button for each topic, which ends its subscription."""
    if not topics:
        return sentence("subscriptions-none", {}, l10n)
    buttons = (
        (f"✖ {shorten(topic.name, BUTTON_LIMIT)}", EndSubscription(topic=topic.id).pack()) for topic in topics[:BUTTONS]
    )
    draft = Draft().add(l10n("unsubscribe-choose"))
    if len(topics) > BUTTONS:
        draft.add("\n").add(l10n("list-more", count=len(topics) - BUTTONS)).add(": /topics")
    return draft.render(reply_markup=_column(buttons))


def languages(l10n: Translator) -> Rendered:
    """A button for each language, in that language."""
    names = ((translator(locale)("language-name"), ChooseLanguage(locale=locale).pack()) for locale in locales())
    return Draft().add(l10n("language-choose")).render(reply_markup=_column(names))


def _column(buttons: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)

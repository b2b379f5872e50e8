"""The secret link to a topic's feed, and the buttons that make and revoke it."""

from collections.abc import Sequence

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import FeedDeed, FeedOf
from bot.i18n import Translator
from bot.views.answers import BUTTONS, NAME_LIMIT, sentence
from bot.views.draft import Draft, Rendered, shorten
from monitor.models import Topic

LABEL_LIMIT = 28  # UTF-16 units of a name on a button: what a phone shows


def feed(topic: Topic, address: str | None, l10n: Translator) -> Rendered:
    """The link to the topic's feed; None: there is none yet."""
    draft = Draft().add("📰 ").add(shorten(topic.name, NAME_LIMIT), "bold").add("\n\n")
    if address is None:
        draft.add(l10n("feed-none"))
        return draft.render(reply_markup=_buttons([(l10n("feed-make"), FeedDeed.RENEW)], topic))
    draft.add(l10n("feed-link")).add("\n").add(address, "code")
    copy = [InlineKeyboardButton(text=l10n("share-copy"), copy_text=CopyTextButton(text=address))]
    deeds = _buttons([(l10n("feed-renew"), FeedDeed.RENEW), (l10n("feed-revoke"), FeedDeed.REVOKE)], topic)
    return draft.render(reply_markup=InlineKeyboardMarkup(inline_keyboard=[copy, *deeds.inline_keyboard]))


def feeds(topics: Sequence[Topic], l10n: Translator) -> Rendered:
    """A button for each topic that can be read as a feed."""
    if not topics:
        return sentence("subscriptions-none", {}, l10n)
    rows = [
        [
            InlineKeyboardButton(
                text=f"📰 {shorten(topic.name, LABEL_LIMIT)}", callback_data=FeedOf(topic=topic.id).pack()
            )
        ]
        for topic in topics[:BUTTONS]
    ]
    return Draft().add(l10n("feed-choose")).render(reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


def _buttons(deeds: Sequence[tuple[str, FeedDeed]], topic: Topic) -> InlineKeyboardMarkup:
    row = [
        InlineKeyboardButton(text=text, callback_data=FeedOf(topic=topic.id, deed=deed).pack()) for text, deed in deeds
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])

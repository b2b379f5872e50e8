"""A post in the reader's language, and the button that asks for it."""

from aiogram.types import InlineKeyboardButton

from bot.callbacks import TranslatePost
from bot.i18n import Translator
from bot.views.draft import LIMIT, Draft, Rendered, cut, shorten, units
from bot.views.links import channel_link, post_link
from bot.views.tongues import tongue
from monitor.models import Channel, Post, Translation

TITLE_LIMIT = 128  # UTF-16 units


def translation(post: Post, channel: Channel, made: Translation, l10n: Translator) -> Rendered:
    """What the post says, from which language, and the way to it."""
    title = shorten(channel.title, TITLE_LIMIT)
    head = Draft().add("📢 ").add(title, "bold", url=channel_link(channel)).add(" · ").add_time(post.date, l10n)
    code = post.language or ""
    language = l10n.language(code) or tongue(code)
    head.add("\n🌐 ").add(l10n("translation-from", language=language), "italic").add("\n\n")
    foot = Draft().add("\n\n").add(l10n("alert-open"), url=post_link(channel, post.message_id))
    text, room = made.text or "", LIMIT - head.size - foot.size
    body = text if units(text) <= room else f"{text[: cut(text, room - units(' …'))]} …"
    return head.add(body).add_draft(foot).render()


def translate_button(post: Post, label: str) -> InlineKeyboardButton:
    """Asks for the post in the reader's language."""
    return InlineKeyboardButton(text=label, callback_data=TranslatePost(post=post.id).pack())

"""Answers to `@bot query` in any chat: a card for each post, ready to be sent there."""

from aiogram.types import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions

from bot.i18n import Translator
from bot.views.draft import NO_PREVIEW, Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.links import channel_link, post_link
from bot.views.results import TITLE_LIMIT
from monitor.search import FoundPost

SHARED_LIMIT = 900  # UTF-16 units of a post on a card that is sent
LINE_LIMIT = 160


def inline_result(found: FoundPost, l10n: Translator) -> InlineQueryResultArticle:
    """The post as a line of the list, and as the message that it becomes when it is chosen."""
    card = share_card(found, l10n)
    return InlineQueryResultArticle(
        id=str(found.post.id),
        title=f"{shorten(found.channel.title, TITLE_LIMIT)} · {l10n.full_day(found.post.date)}",
        description=shorten(excerpt(found.post.text, found.spans, LINE_LIMIT).render().text, LINE_LIMIT) or None,
        input_message_content=InputTextMessageContent(
            message_text=card.text,
            entities=card.entities,
            link_preview_options=card.link_preview,
            parse_mode=None,
        ),
    )


def share_card(found: FoundPost, l10n: Translator) -> Rendered:
    """A post as it is shown to somebody else: whose it is, when, what it says, and the way to it."""
    link = post_link(found.channel, found.post.message_id)
    title = shorten(found.channel.title, TITLE_LIMIT)
    draft = (
        Draft()
        .add("📢 ")
        .add(title, "bold", url=channel_link(found.channel))
        .add(" · ")
        .add_time(found.post.date, l10n)
    )
    draft.add("\n\n").add_draft(excerpt(found.post.text, found.spans, SHARED_LIMIT)).add("\n\n").add(
        l10n("alert-open"), url=link
    )
    shown = {"photo", "video"} & set(found.post.media)
    return draft.render(link_preview=LinkPreviewOptions(url=link, prefer_large_media=True) if shown else NO_PREVIEW)

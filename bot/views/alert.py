"""A post that someone waited for."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions

from bot.i18n import Translator
from bot.views.draft import LIMIT, NO_PREVIEW, Draft, Rendered, cut, shorten, units
from bot.views.links import channel_link, post_link
from bot.views.spans import clip, embolden, spans_of
from bot.views.translation import translate_button
from monitor.models import Channel, Post, Topic

TITLE_LIMIT = 128  # UTF-16 units, as the next one
TOPIC_LIMIT = 48
TOPICS_SHOWN = 5


def alert(
    post: Post,
    channel: Channel,
    spans: Sequence[tuple[int, int]],
    topics: Sequence[Topic],
    l10n: Translator,
    album: int = 1,
    *,
    again: bool = False,
    translatable: bool = False,
) -> Rendered:
    """The post with its own formatting, and in bold what matched.

    `spans` are [start, end) in characters of the post's text; `album` is the number of posts that came as one; `again`: the reader
    may have got this message before; `translatable` says that the reader may ask for it in their language.
    """
    link = post_link(channel, post.message_id)
    notes = [*_notes(post, l10n, album), *([l10n("alert-again")] if again else [])]
    head, foot = _head(post, channel, topics, notes, l10n), _foot(link, l10n)
    body = _body(post, spans, LIMIT - head.size - foot.size)
    button = [[translate_button(post, l10n("translate"))]] if translatable else None
    markup = InlineKeyboardMarkup(inline_keyboard=button) if button else None
    return head.add_draft(body).add_draft(foot).render(reply_markup=markup, link_preview=_preview(post, link))


def _head(post: Post, channel: Channel, topics: Sequence[Topic], notes: Sequence[str], l10n: Translator) -> Draft:
    draft = Draft().add("📢 ").add(shorten(channel.title, TITLE_LIMIT), "bold", url=channel_link(channel))
    draft.add(" · ").add_time(post.date, l10n)
    for note in notes:
        draft.add(" · ").add(note)
    if topics:
        names = [shorten(topic.name, TOPIC_LIMIT) for topic in topics[:TOPICS_SHOWN]]
        more = len(topics) - len(names)
        draft.add("\n🔔 ").add(", ".join(names) + (f" +{more}" if more else ""), "italic")
    return draft.add("\n\n")


def _notes(post: Post, l10n: Translator, album: int) -> list[str]:
    notes = [l10n(f"media-{kind}") for kind in post.media if kind != "link" and l10n.has(f"media-{kind}")]
    if album > 1:
        notes = [l10n("alert-album", count=album)]
    if post.forward:
        origin = shorten(str(post.forward.get("name") or ""), TITLE_LIMIT)
        notes.append(l10n("alert-forward-of", origin=origin) if origin else l10n("alert-forward"))
    if post.edited_at is not None:
        notes.append(l10n("alert-edited"))
    if post.is_late:
        notes.append(l10n("alert-late"))
    return notes


def _foot(link: str, l10n: Translator) -> Draft:
    return Draft().add("\n\n").add(l10n("alert-open"), url=link)


def _body(post: Post, matched: Sequence[tuple[int, int]], limit: int) -> Draft:
    formatted = embolden(spans_of(post.text, post.entities), matched, len(post.text))
    if units(post.text) <= limit:
        return Draft().add(post.text, spans=formatted)
    end = cut(post.text, limit - units(" …"))
    return Draft().add(post.text[:end], spans=clip(formatted, 0, end)).add(" …")


def _preview(post: Post, link: str) -> LinkPreviewOptions:
    """A bot may not copy media from a channel that it is no member of; the post's own preview shows it instead."""
    shown = {"photo", "video"} & set(post.media)
    return LinkPreviewOptions(url=link, prefer_large_media=True) if shown else NO_PREVIEW

"""A post that someone waited for."""

from collections.abc import Sequence

from aiogram.types import LinkPreviewOptions

from bot.callbacks import PicturesOf, StoryOf
from bot.i18n import Translator
from bot.views.buttons import button, keyboard
from bot.views.changes import Stretch, compare, draw
from bot.views.draft import LIMIT, NO_PREVIEW, Draft, Rendered, shorten
from bot.views.hushing import hushing
from bot.views.links import channel_link, post_link
from bot.views.since import NOTHING_SINCE, Since, repeats, state_lines
from bot.views.spans import embolden, spans_of
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
    hidden: bool = False,
    since: Since = NOTHING_SINCE,
) -> Rendered:
    """The post with its own formatting, in bold what matched, and what has become of it since.

    `spans` are [start, end) in characters of the post's text; `album` is the number of posts that came as one; `again`: the reader
    may have got this message before; `translatable` says that the reader may ask for it in their language,
    `hidden` that there are pictures to ask for, which the preview does not show.
    """
    link = post_link(channel, post.message_id)
    notes = [*_notes(post, l10n, album), *([l10n("alert-again")] if again else [])]
    changes = compare(since.old, post.text) if since.old is not None else None
    states = state_lines(post, since, l10n, shows_changes=changes is not None)
    head = _head(post, channel, topics, notes, l10n).add_draft(states).add("\n")
    foot = repeats(post, since.repeats, l10n).add_draft(_foot(link, l10n))
    body = _body(post, spans, LIMIT - head.size - foot.size, changes)
    story = [button(l10n("story-button"), StoryOf(post=post.album_id))] if since.repeats else []
    translate = [translate_button(post, l10n("translate"))] if translatable else []
    pictures = [button(l10n("pictures-button"), PicturesOf(post=post.album_id))] if hidden else []
    rows = [story, [*translate, *pictures], hushing(topics[0], channel, l10n) if topics else []]
    markup = keyboard(rows) if any(rows) else None
    return head.add_draft(body).add_draft(foot).render(reply_markup=markup, link_preview=_preview(post, channel, link))


def _head(post: Post, channel: Channel, topics: Sequence[Topic], notes: Sequence[str], l10n: Translator) -> Draft:
    draft = Draft().add("📢 ").add(shorten(channel.title, TITLE_LIMIT), "bold", url=channel_link(channel))
    draft.add(" · ").add_time(post.date, l10n)
    for note in notes:
        draft.add(" · ").add(note)
    if topics:
        names = [shorten(topic.name, TOPIC_LIMIT) for topic in topics[:TOPICS_SHOWN]]
        more = len(topics) - len(names)
        draft.add("\n🔔 ").add(" · ".join(names) + (f" +{more}" if more else ""), "italic")
    return draft.add("\n")


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


def _body(post: Post, matched: Sequence[tuple[int, int]], limit: int, changes: Sequence[Stretch] | None) -> Draft:
    formatted = embolden(spans_of(post.text, post.entities), matched, len(post.text))
    if changes is not None:
        return draw(changes, formatted, limit)
    return Draft().add(post.text, spans=formatted).shortened(limit)


def _preview(post: Post, channel: Channel, link: str) -> LinkPreviewOptions:
    """A bot may not copy media from a channel that it is no member of; the post's own preview shows it instead.

    A channel without a username has no previews; of one that protects its content only the text and the link are shown.
    """
    if channel.protected or not channel.username or not {"photo", "video"} & set(post.media):
        return NO_PREVIEW
    return LinkPreviewOptions(url=link, prefer_large_media=True, show_above_text=True)

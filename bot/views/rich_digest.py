"""A digest as a rich message: topics that fold, for clients that show them (core.telegram.org/bots/api#inputrichmessage).

Blocks hold texts and links by themselves, so nothing needs escaping. It tells of the same posts as the classic digest, which is
sent in its place where Telegram refuses it.
"""

from collections.abc import Iterator, Sequence

from aiogram.types import (
    InputRichBlockDetails,
    InputRichBlockList,
    InputRichBlockListItem,
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichMessage,
    RichTextBold,
    RichTextItalic,
    RichTextUnion,
    RichTextUrl,
)

from bot.i18n import Translator
from bot.views.digest import TITLE_LIMIT, TOPIC_LIMIT, by_topic, stories, tellers
from bot.views.draft import shorten
from bot.views.excerpt import excerpt
from bot.views.joined import Shown
from bot.views.links import post_link
from bot.views.since import Repeat, short_states

TEXT_LIMIT = 280  # UTF-16 units of a post
SIZE = 2  # of the heading
Pieces = list[RichTextUnion]


def rich_digest(posts: Sequence[Shown], l10n: Translator, again: bool = False) -> InputRichMessage:
    """The posts under their topics, each topic a part that folds; at most as many as a classic digest holds."""
    title: Pieces = ["📰 " + l10n("digest-title", count=len(posts))]
    if again:
        title += [" · ", RichTextItalic(text=l10n("alert-again"))]
    blocks = [_topic(name, its, l10n) for name, its in by_topic(posts).items()]
    heading = InputRichBlockSectionHeading(text=title, size=SIZE)
    return InputRichMessage(blocks=[heading, *blocks], skip_entity_detection=True)


def _topic(name: str, posts: Sequence[Shown], l10n: Translator) -> InputRichBlockDetails | InputRichBlockList:
    """A topic's stories; what has no topic any more is a list by itself."""
    items = [InputRichBlockListItem(blocks=list(_story(story, l10n))) for story in stories(posts)]
    told = InputRichBlockList(items=items)
    if not name:
        return told
    summary: Pieces = ["🔔 ", RichTextBold(text=shorten(name, TOPIC_LIMIT)), f" · {len(posts)}"]
    return InputRichBlockDetails(summary=summary, blocks=[told], is_open=True)


def _story(story: Sequence[Shown], l10n: Translator) -> Iterator[InputRichBlockParagraph]:
    first, others = story[0], tellers(story)
    yield InputRichBlockParagraph(text=[_link(first), ": ", *_excerpt(first)])
    if states := "".join(text for text, _ in short_states(first.post, first.since, l10n).pieces("bold")):
        yield InputRichBlockParagraph(text=[RichTextItalic(text=states)])
    if others:
        pieces: Pieces = ["➕ " + l10n("story-more", count=len(others)) + ": "]
        for place, other in enumerate(others):
            pieces += [" · ", _link(other)] if place else [_link(other)]
        yield InputRichBlockParagraph(text=pieces)


def _link(told: Shown | Repeat) -> RichTextUrl:
    title = shorten(told.channel.title, TITLE_LIMIT)
    return RichTextUrl(text=title, url=post_link(told.channel, told.post.message_id))


def _excerpt(shown: Shown) -> Pieces:
    """The beginning of the post, or what matched of it, in bold what did."""
    pieces = excerpt(shown.post.text, shown.spans, TEXT_LIMIT).pieces("bold")
    return [RichTextBold(text=text) if is_bold else text for text, is_bold in pieces]

"""Several posts in one message, where a message each would annoy."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Translator
from bot.views.draft import LIMIT, Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.links import post_link
from bot.views.since import NOTHING_SINCE, Since
from monitor.models import Channel, Post, Topic

MARK = "🔔 "
"""What a message begins with that joins posts, and none that shows one."""
TITLE_LIMIT = 64  # UTF-16 units, as the next ones
TOPIC_LIMIT = 32
TOPICS_SHOWN = 5
EXCERPT_LIMIT = 400
TELLERS_SHOWN = 3
TELLER_LIMIT = 16
TELLERS_ROOM = 70  # what they take
OVERHEAD = 40  # of a post: date, separators, ellipses


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as one reader sees it: where it comes from, what of it matched (in characters), whose topics it satisfies.

    `hidden`: it has pictures that the preview of its link does not show.
    """

    post: Post
    channel: Channel
    spans: Sequence[tuple[int, int]]
    topics: Sequence[Topic]
    album: int = 1
    since: Since = NOTHING_SINCE
    hidden: bool = False


def joined(posts: Sequence[Shown], l10n: Translator, again: bool = False) -> Rendered:
    """The posts in order, each with its link and as much of its text as there is room for."""
    draft = _head(posts, l10n, again)
    room = (LIMIT - draft.size) // len(posts) - TITLE_LIMIT - OVERHEAD
    for shown in posts:
        draft.add("\n\n").add_draft(_post(shown, min(EXCERPT_LIMIT, room), l10n))
    return draft.render()


def _head(posts: Sequence[Shown], l10n: Translator, again: bool) -> Draft:
    draft = Draft().add(MARK).add(l10n("joined-title", count=len(posts)), "bold")
    names = list(dict.fromkeys(shorten(topic.name, TOPIC_LIMIT) for shown in posts for topic in shown.topics))
    if names:
        more = f" +{len(names) - TOPICS_SHOWN}" if len(names) > TOPICS_SHOWN else ""
        draft.add(" · ").add(", ".join(names[:TOPICS_SHOWN]) + more, "italic")
    return draft.add(" · ").add(l10n("alert-again")) if again else draft


def _post(shown: Shown, room: int, l10n: Translator) -> Draft:
    link = post_link(shown.channel, shown.post.message_id)
    draft = Draft().add(shorten(shown.channel.title, TITLE_LIMIT), url=link).add(" · ").add_time(shown.post.date, l10n)
    draft.add(" · 🗑" if shown.post.deleted_at is not None else "").add_draft(_tellers(shown))
    room -= TELLERS_ROOM if shown.since.repeats else 0
    return draft.add("\n").add_draft(excerpt(shown.post.text, shown.spans, room))


def _tellers(shown: Shown) -> Draft:
    """The channels that say the same, the first few with links."""
    draft, others = Draft(), shown.since.repeats
    for place, other in enumerate(others[:TELLERS_SHOWN]):
        title = shorten(other.channel.title, TELLER_LIMIT)
        draft.add(" · " if place else " · ➕ ").add(title, url=post_link(other.channel, other.post.message_id))
    return draft.add(" …" if len(others) > TELLERS_SHOWN else "")

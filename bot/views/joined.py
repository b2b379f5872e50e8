"""Several posts in one message, where a message each would annoy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.i18n import Translator
from bot.views.buttons import Row, keyboard
from bot.views.draft import LIMIT, MOST_ENTITIES, Draft, Rendered, shorten
from bot.views.excerpt import excerpt, excerpt_since
from bot.views.hushing import hushing
from bot.views.links import post_link
from bot.views.since import NOTHING_SINCE, Since, short_states
from monitor.models import Channel, Post, Topic

MARK = "🔔 "
"""What a message begins with that joins posts, and none that shows one."""
TOPIC_LIMIT = 32  # UTF-16 units
TOPICS_SHOWN = 5
TELLER_LIMIT = 16


class Room(NamedTuple):
    """What a post gets: UTF-16 units of its text and of its channel's name, and how many others that say the same."""

    text: int
    title: int
    tellers: int


ROOMS = (Room(400, 64, 3), Room(250, 64, 3), Room(150, 64, 3), Room(90, 48, 3), Room(60, 32, 1))
OVERHEAD = 35  # at least: date and separators
LEAST = Room(30, 24, 0)  # and no formatting: twenty posts of which each was edited and deleted


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
    """The posts in order, each with its link and as much of its text as there is room for; buttons for what most of them are about."""
    rooms = [room for room in ROOMS if sum(min(len(shown.post.text), room.text) + OVERHEAD for shown in posts) < LIMIT]
    drafts = (_drawn(posts, room, l10n, again) for room in (*rooms, LEAST))
    fitting = (draft for draft in drafts if draft.size <= LIMIT and draft.marks <= MOST_ENTITIES)
    draft = next(fitting, None) or _drawn(posts, LEAST, l10n, again).shortened(LIMIT)
    row = _hushing(posts, l10n)
    return draft.render(reply_markup=keyboard([row]) if row else None)


def _drawn(posts: Sequence[Shown], room: Room, l10n: Translator, again: bool) -> Draft:
    """Up to where it is too long."""
    draft = _head(posts, l10n, again)
    for shown in posts:
        if draft.size > LIMIT:
            break
        draft.add("\n\n").add_draft(_post(shown, room, l10n))
    return draft


def _head(posts: Sequence[Shown], l10n: Translator, again: bool) -> Draft:
    draft = Draft().add(MARK).add(l10n("joined-title", count=len(posts)), "bold")
    names = list(dict.fromkeys(shorten(topic.name, TOPIC_LIMIT) for shown in posts for topic in shown.topics))
    if names:
        more = f" +{len(names) - TOPICS_SHOWN}" if len(names) > TOPICS_SHOWN else ""
        draft.add(" · ").add(" · ".join(names[:TOPICS_SHOWN]) + more, "italic")
    return draft.add(" · ").add(l10n("alert-again")) if again else draft


def _hushing(posts: Sequence[Shown], l10n: Translator) -> Row:
    """For the topic of most of the posts, and their channel if they have one in common."""
    topics = {topic.id: topic for shown in posts for topic in shown.topics}
    counts = Counter(topic.id for shown in posts for topic in shown.topics)
    if not counts:
        return []
    ((topic_id, _),) = counts.most_common(1)
    channels = {shown.channel.id: shown.channel for shown in posts}
    return hushing(topics[topic_id], posts[0].channel if len(channels) == 1 else None, l10n)


def _post(shown: Shown, room: Room, l10n: Translator) -> Draft:
    link = post_link(shown.channel, shown.post.message_id)
    draft = Draft().add(shorten(shown.channel.title, room.title), url=link).add(" · ").add_time(shown.post.date, l10n)
    draft.add_draft(_tellers(shown, room.tellers))
    states = short_states(shown.post, shown.since, l10n)
    return draft.add("\n" if states.size else "").add_draft(states).add("\n").add_draft(_text(shown, room))


def _text(shown: Shown, room: Room) -> Draft:
    """The part of the post that matched, or what an edit has changed in it."""
    if room is LEAST:
        return excerpt(shown.post.text, [], room.text)
    return excerpt_since(shown.post.text, shown.since.old, shown.spans, room.text)


def _tellers(shown: Shown, most: int) -> Draft:
    """The channels that say the same, the first few with links."""
    draft, others = Draft(), shown.since.repeats
    for place, other in enumerate(others[:most]):
        title = shorten(other.channel.title, TELLER_LIMIT)
        draft.add(" · " if place else " · ➕ ").add(title, url=post_link(other.channel, other.post.message_id))
    return draft.add(" …" if len(others) > most else "")

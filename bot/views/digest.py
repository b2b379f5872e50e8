"""What was held for a reader, by topic and story, with as many of the posts as there is room for."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.i18n import Translator
from bot.views.draft import LIMIT, MOST_ENTITIES, Draft, Rendered, shorten
from bot.views.excerpt import excerpt, excerpt_since
from bot.views.joined import Shown
from bot.views.links import post_link
from bot.views.since import Repeat, short_states

TITLE_LIMIT = 40  # UTF-16 units, as the next ones
TOPIC_LIMIT = 64
TELLER_LIMIT = 24
MANY = 15  # posts; of more, each is shown in fewer words


class Room(NamedTuple):
    """What a post gets: UTF-16 units of its text, how many others that say the same, and whether what matched is bold."""

    text: int
    tellers: int = 3
    is_bold: bool = True


FEW, MORE = Room(160), Room(60)
TIGHT = (MORE, Room(30, 1, is_bold=False), Room(12, 0, is_bold=False))


def digest(posts: Sequence[Shown], l10n: Translator, again: bool = False) -> tuple[Rendered, int]:
    """The message, and how many of the posts, from the first on, stand in it."""
    count = len(posts)
    while (draft := _drawn(posts[:count], _room(count), l10n, again)).size > LIMIT or draft.marks > MOST_ENTITIES:
        count = min(count - 1, count * LIMIT // draft.size, max(1, count * MOST_ENTITIES // draft.marks))
    return draft.render(), count


def digest_since(posts: Sequence[Shown], l10n: Translator) -> Rendered:
    """The message of these posts with what has become of them; where there is too little room for that, less of their texts."""
    drafts = (_drawn(posts, room, l10n) for room in (_room(len(posts)), *TIGHT))
    fitting = (draft for draft in drafts if draft.size <= LIMIT and draft.marks <= MOST_ENTITIES)
    return (next(fitting, None) or _drawn(posts, TIGHT[-1], l10n).shortened(LIMIT)).render()


def _room(count: int) -> Room:
    return FEW if count <= MANY else MORE


def _drawn(posts: Sequence[Shown], room: Room, l10n: Translator, again: bool = False) -> Draft:
    draft = Draft().add("📰 ").add(l10n("digest-title", count=len(posts)), "bold")
    if again:
        draft.add(" · ").add(l10n("alert-again"))
    for name, its in by_topic(posts).items():
        if name:
            draft.add("\n\n🔔 ").add(shorten(name, TOPIC_LIMIT), "bold").add(f" · {len(its)}")
        for story in stories(its):
            draft.add("\n• ").add_draft(_line(story[0], room))
            states = short_states(story[0].post, story[0].since, l10n)
            draft.add("\n   " if states.size else "").add_draft(states)
            draft.add_draft(_tellers(tellers(story), room.tellers, l10n))
    return draft


def by_topic(posts: Sequence[Shown]) -> dict[str, list[Shown]]:
    """{name of the topic: its posts}; those that have none any more under an empty name."""
    topics: dict[str, list[Shown]] = {}
    for shown in posts:
        topics.setdefault(shown.topics[0].name if shown.topics else "", []).append(shown)
    return topics


def stories(posts: Sequence[Shown]) -> list[list[Shown]]:
    """Posts that tell the same are one, under the first that was held."""
    found: dict[int, list[Shown]] = {}
    for shown in posts:
        found.setdefault(shown.post.story_id or shown.post.id, []).append(shown)
    return list(found.values())


def tellers(story: Sequence[Shown]) -> list[Repeat]:
    """Who says the same as the first: what was held too, and what else is known to."""
    first, *others = story
    known = [*(Repeat(other.post, other.channel) for other in others), *first.since.repeats]
    return list({other.post.album_id: other for other in known}.values())


def _tellers(others: Sequence[Repeat], most: int, l10n: Translator) -> Draft:
    """How many say the same, the first few with links."""
    if not others:
        return Draft()
    draft = Draft().add("\n   ➕ ").add(l10n("story-more", count=len(others)))
    for place, other in enumerate(others[:most]):
        title = shorten(other.channel.title, TELLER_LIMIT)
        draft.add(" · " if place else ": ").add(title, url=post_link(other.channel, other.post.message_id))
    return draft.add(" …" if len(others) > most else "")


def _line(shown: Shown, room: Room) -> Draft:
    link = post_link(shown.channel, shown.post.message_id)
    draft = Draft().add(shorten(shown.channel.title, TITLE_LIMIT), url=link).add(": ")
    if not room.is_bold:
        return draft.add_draft(excerpt(shown.post.text, [], room.text))
    return draft.add_draft(excerpt_since(shown.post.text, shown.since.old, shown.spans, room.text))

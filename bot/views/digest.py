"""What was held for a reader, by topic and story, with as many of the posts as there is room for."""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.views.draft import LIMIT, MOST_ENTITIES, Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.joined import Shown
from bot.views.links import post_link

TITLE_LIMIT = 40  # UTF-16 units, as the next ones
TOPIC_LIMIT = 64
LINE_LIMIT = 160
SHORT_LIMIT = 60
TELLERS_SHOWN = 3
TELLER_LIMIT = 24
MANY = 15  # posts; of more, each is shown in fewer words


def digest(posts: Sequence[Shown], l10n: Translator, again: bool = False) -> tuple[Rendered, int]:
    """The message, and how many of the posts, from the first on, stand in it."""
    count = len(posts)
    while (draft := _drawn(posts[:count], l10n, again)).size > LIMIT or draft.marks > MOST_ENTITIES:
        count = min(count - 1, count * LIMIT // draft.size, max(1, count * MOST_ENTITIES // draft.marks))
    return draft.render(), count


def _drawn(posts: Sequence[Shown], l10n: Translator, again: bool) -> Draft:
    draft = Draft().add("📰 ").add(l10n("digest-title", count=len(posts)), "bold")
    if again:
        draft.add(" · ").add(l10n("alert-again"))
    for name, its in by_topic(posts).items():
        if name:
            draft.add("\n\n🔔 ").add(shorten(name, TOPIC_LIMIT), "bold").add(f" · {len(its)}")
        for first, *others in stories(its):
            draft.add("\n• ").add_draft(_line(first, LINE_LIMIT if len(posts) <= MANY else SHORT_LIMIT))
            draft.add_draft(_tellers(others, l10n))
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


def _tellers(others: Sequence[Shown], l10n: Translator) -> Draft:
    """How many say the same, the first few with links."""
    if not others:
        return Draft()
    draft = Draft().add("\n   ➕ ").add(l10n("story-more", count=len(others))).add(": ")
    for place, other in enumerate(others[:TELLERS_SHOWN]):
        title = shorten(other.channel.title, TELLER_LIMIT)
        draft.add(" · " if place else "").add(title, url=post_link(other.channel, other.post.message_id))
    return draft.add(" …" if len(others) > TELLERS_SHOWN else "")


def _line(shown: Shown, limit: int) -> Draft:
    link = post_link(shown.channel, shown.post.message_id)
    draft = Draft().add(shorten(shown.channel.title, TITLE_LIMIT), url=link).add(": ")
    return draft.add_draft(excerpt(shown.post.text, shown.spans, limit))

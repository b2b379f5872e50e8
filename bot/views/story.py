"""A story's timeline: who told it, and when."""

from collections.abc import Sequence

from bot.callbacks import TellStories
from bot.i18n import Translator
from bot.views.buttons import choice, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.links import post_link
from bot.views.since import Repeat

TITLE_LIMIT = 64  # UTF-16 units


def timeline(tellers: Sequence[Repeat], l10n: Translator, related: Sequence[Repeat] = ()) -> Rendered:
    """Every post of a story, the first on top; one alone is told by nobody else.

    Below stand the `related`, which may tell of the same event in other words.
    """
    channels = {teller.channel.id for teller in tellers}
    key = "story-title" if len(channels) > 1 else "story-alone"
    draft = Draft().add("🧵 ").add(l10n(key, count=len(channels)), "bold").add("\n")
    lines = (_line(teller, teller is tellers[0], l10n) for teller in tellers)
    draft.add_lines(lines, lambda count: l10n("list-more", count=count))
    if related:
        others = [Draft().add("\n≈ ").add(l10n("story-related"), "bold"), *(_line(one, False, l10n) for one in related)]
        draft.add_lines(others, lambda count: l10n("list-more", count=count))
    return draft.render()


def telling(once: bool, l10n: Translator) -> Rendered:
    """Whether a story is told once or by each of its posts, with a button for either."""
    said = Draft().add(l10n("stories-once" if once else "stories-every"))
    once_button = choice(l10n("stories-button-once"), TellStories(on=True), once)
    every_button = choice(l10n("stories-button-every"), TellStories(on=False), not once)
    return said.render(keyboard([[once_button], [every_button]]))


def _line(teller: Repeat, is_first: bool, l10n: Translator) -> Draft:
    post, channel = teller.post, teller.channel
    draft = Draft().add("🥇 " if is_first else "• ").add_time(post.date, l10n).add(" ")
    draft.add(shorten(channel.title, TITLE_LIMIT), url=post_link(channel, post.message_id))
    if post.forward:
        origin = shorten(str(post.forward.get("name") or ""), TITLE_LIMIT)
        draft.add(" · ").add(l10n("alert-forward-of", origin=origin) if origin else l10n("alert-forward"), "italic")
    if post.edited_at is not None:
        draft.add(" · ").add(l10n("alert-edited"), "italic")
    if post.deleted_at is not None:
        draft.add(" · ").add(l10n("story-deleted"), "italic")
    return draft

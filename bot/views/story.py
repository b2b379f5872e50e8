"""A story's timeline: who told it, and when; and which stories of a message have one."""

from collections.abc import Sequence

from bot.callbacks import StoryOf, TellStories
from bot.i18n import Translator
from bot.views.buttons import button, choice, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.links import post_link
from bot.views.since import Repeat
from monitor.messages import Shared
from monitor.models import Post

TITLE_LIMIT = 64  # UTF-16 units, as the next two
TELLER_LIMIT = 32
WORDS_LIMIT = 72
MOST = 8  # stories that are listed
IN_A_ROW = 4


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


def shared(stories: Sequence[Shared], l10n: Translator) -> Rendered:
    """The stories of a message that several channels have told, a line each, and a button each that opens its timeline."""
    if not stories:
        return Draft().add(l10n("story-none")).render()
    draft = Draft().add("🧵 ").add(l10n("story-several", count=len(stories)), "bold").add("\n")
    for place, story in enumerate(stories[:MOST], 1):
        draft.add(f"\n{place}. ").add_draft(_shared(story, l10n))
    if len(stories) > MOST:
        draft.add("\n").add(l10n("list-more", count=len(stories) - MOST))
    opening = [button(f"🧵 {place}", StoryOf(post=one.post.album_id)) for place, one in enumerate(stories[:MOST], 1)]
    return draft.render(keyboard([opening[:IN_A_ROW], opening[IN_A_ROW:]]))


def telling(once: bool, l10n: Translator) -> Rendered:
    """Whether a story is told once or by each of its posts, with a button for either."""
    said = Draft().add(l10n("stories-once" if once else "stories-every"))
    once_button = choice(l10n("stories-button-once"), TellStories(on=True), once)
    every_button = choice(l10n("stories-button-every"), TellStories(on=False), not once)
    return said.render(keyboard([[once_button], [every_button]]))


def _shared(story: Shared, l10n: Translator) -> Draft:
    """The first words of the post, how many channels have told it, and who was first."""
    first, channel = story.first
    said = l10n("story-first", channel=shorten(channel.title, TELLER_LIMIT))
    draft = Draft().add_draft(_words(story.post, l10n)).add(" · ").add(l10n("story-more", count=story.channels), "bold")
    return draft.add(" · ").add(said, url=post_link(channel, first.message_id))


def _words(post: Post, l10n: Translator) -> Draft:
    """What it begins with; what it shows, if it says nothing."""
    if post.text:
        return excerpt(post.text, [], WORDS_LIMIT)
    return Draft().add(next((l10n(f"media-{kind}") for kind in post.media if l10n.has(f"media-{kind}")), "…"))


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

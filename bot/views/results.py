"""Answers to a question, page by page."""

from bot.i18n import Translator
from bot.views.draft import Draft, Rendered, shorten
from bot.views.estimates import comma
from bot.views.excerpt import excerpt
from bot.views.filters import alert_button, results_buttons
from bot.views.links import post_link
from monitor.models import Post, Search
from monitor.search import FoundPost, Page
from monitor.translations import is_foreign

QUERY_LIMIT = 200  # UTF-16 units, as the next two
TITLE_LIMIT = 64
EXCERPT_LIMIT = 280
COUNTED = 1_000  # answers; more are not counted


def results(
    page: Page, kept: Search, number: int, l10n: Translator, count: int | None = None, *, translatable: bool = False
) -> Rendered:
    """Page `number` (1 is the newest) of the answers to a kept search, with the buttons that go on from there.

    `count` is how many answers there are, more than COUNTED standing for any number above; None if it is not known. `translatable`
    says that those in other languages than the reader's can be had in it; where there are any, all are numbered.
    """
    question = shorten(kept.query, QUERY_LIMIT)
    foreign = _foreign(page, l10n) if translatable else {}
    buttons = results_buttons(kept, number, page.next, l10n, foreign)
    if not page.posts and page.next is None:
        draft = Draft().add(l10n("search-nothing", query=question)).add_draft(comma(kept.query, l10n))
        return draft.render(reply_markup=buttons if kept.filters else alert_button(kept, l10n))
    draft = Draft().add("🔎 ").add(question, "bold")
    if number > 1:
        draft.add(" · ").add(l10n("search-page", number=number))
    elif count is not None:
        draft.add(" · ").add(_counted(count, l10n))
    if number == 1:
        draft.add_draft(comma(kept.query, l10n))
    if not page.posts:
        draft.add("\n\n").add(l10n("search-further"))
    for place, found in enumerate(page.posts, 1):
        draft.add("\n\n").add(f"{place}. " if foreign else "").add_draft(_answer(found, l10n))
    return draft.render(reply_markup=buttons)


def _foreign(page: Page, l10n: Translator) -> dict[int, Post]:
    """The answers in other languages than the reader's, by their places."""
    return {place: each.post for place, each in enumerate(page.posts, 1) if is_foreign(each.post, l10n.locale)}


def _counted(count: int, l10n: Translator) -> str:
    return l10n("search-count", count=count) if count <= COUNTED else l10n("search-count-more", count=COUNTED)


def _answer(found: FoundPost, l10n: Translator) -> Draft:
    link = post_link(found.channel, found.post.message_id)
    draft = Draft().add(shorten(found.channel.title, TITLE_LIMIT), url=link).add(" · ").add_time(found.post.date, l10n)
    return draft.add("\n").add_draft(excerpt(found.post.text, found.spans, EXCERPT_LIMIT))

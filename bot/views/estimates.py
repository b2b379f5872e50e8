"""How often a query would have rung: a sentence, a chart, examples, and what would make it better."""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.topic_callbacks import ChangeProposal, TakeProposal
from bot.views.buttons import WHOLE_LIMIT, Row, button, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.links import post_link
from bot.views.sparkline import sparkline
from monitor.estimates import Estimate
from monitor.query.commas import as_choice
from monitor.search import FoundPost
from monitor.suggestions import How, Suggestion

QUERY_LIMIT = 600  # UTF-16 units, as the next two
EXAMPLE_LIMIT = 160
TITLE_LIMIT = 48
DATA_LIMIT = 64  # bytes: core.telegram.org/bots/api#inlinekeyboardbutton
SIGNS = {How.WITHOUT: "➖ {}", How.NAME: "~{}", How.PREFIX: "{}*", How.DROP: "✂ {}"}


def proposal(
    query: str,
    search_id: int,
    known: Estimate,
    suggestions: Sequence[Suggestion],
    l10n: Translator,
    *,
    before: int | None = None,
    unwatched: Sequence[str] = (),
) -> Rendered:
    """What somebody typed, before it becomes a topic; `before` is the kept search that this one is a change of.

    `unwatched`: names of channels in it that are not watched.
    """
    draft = Draft().add("🔎 ").add(shorten(query, QUERY_LIMIT), "code").add("\n\n").add_draft(estimated(known, l10n))
    draft.add_draft(unheard(unwatched, l10n)).add_draft(comma(query, l10n))
    offered = [row for each in suggestions if (row := _change(search_id, each, known))]
    if offered:
        draft.add("\n\n").add(l10n("proposal-narrower" if suggestions[0].how is How.WITHOUT else "proposal-wider"))
    take = [button(l10n("proposal-take"), TakeProposal(search=search_id))]
    back = [button(l10n("back"), ChangeProposal(search=before))] if before else []
    return draft.render(reply_markup=keyboard([take, *offered, back]))


def unheard(names: Sequence[str], l10n: Translator) -> Draft:
    """That these channels, which a query names, are not watched, so that nothing of them can be told."""
    said = l10n("error-unknown_channel", name=shorten(", ".join(names), QUERY_LIMIT))
    return Draft().add(f"\n\n⚠️ {said}" if names else "")


def comma(query: str, l10n: Translator) -> Draft:
    """That a comma in a query does not mean "or", and how to say that."""
    choice = as_choice(query)
    if choice is None:
        return Draft()
    return Draft().add("\n\n").add(l10n("query-comma")).add(" ").add(shorten(choice, QUERY_LIMIT), "code")


def estimated(known: Estimate, l10n: Translator) -> Draft:
    """How often, the chart and the newest posts."""
    draft = Draft().add("📊 ").add(_rate(known, l10n))
    if any(known.days) and len(known.days) > 1:
        draft.add("\n").add(sparkline(known.days), "code")
    for found in known.examples:
        draft.add("\n\n").add_draft(_example(found, l10n))
    return draft


def _rate(known: Estimate, l10n: Translator) -> str:
    days = len(known.days)
    if known.is_least:
        return l10n("estimate-least", count=round(known.a_day))
    if not known.total:
        return l10n("estimate-none", days=days)
    said = l10n("estimate" if known.is_exact else "estimate-about", days=days, count=known.total)
    if days < 2:
        return said
    often = known.a_day >= 1
    rate = (
        l10n("estimate-day", count=round(known.a_day)) if often else l10n("estimate-rare", days=round(1 / known.a_day))
    )
    return f"{said}, {rate}"


def _example(found: FoundPost, l10n: Translator) -> Draft:
    link = post_link(found.channel, found.post.message_id)
    draft = Draft().add("📢 ").add(shorten(found.channel.title, TITLE_LIMIT), url=link).add(" · ")
    return (
        draft.add_time(found.post.date, l10n).add("\n").add_draft(excerpt(found.post.text, found.spans, EXAMPLE_LIMIT))
    )


def _change(search_id: int, each: Suggestion, known: Estimate) -> Row:
    """The button of a suggestion; none where the word is too long for a button to carry."""
    try:
        data = ChangeProposal(search=search_id, how=each.how, word=each.word)
        if len(data.pack().encode()) > DATA_LIMIT:
            return []
    except ValueError:
        return []
    more = each.total - known.total
    change = f"+{more}" if more > 0 else f"−{round(-100 * more / max(known.total, 1))} %"
    return [button(f"{shorten(SIGNS[each.how].format(each.word), WHOLE_LIMIT - 6)} · {change}", data)]

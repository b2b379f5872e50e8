"""The query language on one page, an example a line."""

from bot.i18n import Translator
from bot.views.draft import Draft, Rendered

BETWEEN = " — "  # an example and what it finds


def cheat_sheet(l10n: Translator) -> Rendered:
    """A heading, then a line for each example: the query, which a tap copies, and what it finds."""
    draft = Draft().add(l10n("query-help-title"), "bold").add("\n")
    for line in l10n("query-help").splitlines():
        query, _, finds = line.partition(BETWEEN)
        draft.add("\n").add(query, "code").add(BETWEEN + finds)
    return draft.add("\n\n").add(l10n("query-help-end")).render()

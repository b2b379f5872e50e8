"""A query that cannot be read, with the place where it went wrong."""

from bot.views.draft import Draft, Rendered, shorten

AROUND = 14  # characters shown on each side of the place: a line that no phone breaks
CARET = "⌃"
SAID = 3000  # UTF-16 units


def mistake(sentence: str, query: str, position: int) -> Rendered:
    """The sentence, and under it the query in even letters with a mark below the character at `position`."""
    draft = Draft().add(shorten(sentence, SAID))
    if not query.strip():
        return draft.render()
    line, mark = _near(query, position)
    return draft.add("\n\n").add(f"{line}\n{' ' * mark}{CARET}", "pre").render()


def _near(query: str, position: int) -> tuple[str, int]:
    """What stands around the place, in one line, and where the place is in it."""
    at = min(position, len(query))
    start, end = max(0, at - AROUND), min(len(query), at + AROUND)
    before, after = "…" if start else "", "…" if end < len(query) else ""
    shown = "".join(char if char.isprintable() else "·" for char in query[start:end])
    return before + shown + after, len(before) + at - start

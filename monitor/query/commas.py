"""Commas between words, which people write for "or" and which mean nothing here."""

import re

from monitor.query.syntax import QuerySyntaxError, parse

_KEPT = r'=?"[^"]*"(?:~[0-9]+)?|/(?:[^/\\\n]|\\.)+/'
_COMMA = re.compile(rf"({_KEPT})|(?<=[^\W\d_]),\s*(?=[^\W\d_])")


def as_choice(query: str) -> str | None:
    """The query with "or" where a comma stands between words, in canonical form; None where none does, or where that is no query."""
    changed = _COMMA.sub(lambda found: found[1] or " | ", query)
    if changed == query:
        return None
    try:
        return str(parse(changed))
    except QuerySyntaxError:
        return None

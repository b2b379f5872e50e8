"""How many posts of a sample have a term: what is rare there is looked for first."""

from collections import Counter
from collections.abc import Iterable

from monitor.query.analysis import analyze
from monitor.query.terms import atoms

_START = 4  # characters of a form's key by which prefixes are counted
_OFTEN = 1 << 30  # filters and patterns: words are rarer


class Sample:
    """Counts of posts by key and by the start of a form."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._posts: Counter[str] = Counter()
        for text in texts:
            keys = analyze(text).keys
            self._posts.update(keys)
            self._posts.update({f"^{key[:_START]}" for key in keys if key[0] == "e"})

    def posts(self, term: str) -> int:
        """At most so many posts have it, each atom counted alone."""
        return sum(map(self._of_atom, atoms(term)))

    def _of_atom(self, atom: str) -> int:
        if atom[0] in "%@:":
            return _OFTEN
        return self._posts[atom[: _START + 1] if atom[0] == "^" else atom]

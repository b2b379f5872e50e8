"""The terms that standing queries ask for, and which of them a post has.

An atom is one thing that a post has or has not: a key of the analyser, ``^eаре`` (a form begins so), ``%кур`` (letters in a
row, for patterns), ``@news`` (the channel), ``:lang:ru`` and the like. A term is a set of atoms of which a post needs one,
written as one string: what a word, a prefix, a filter, or any of several, comes down to.
"""

from collections import Counter
from collections.abc import Iterable

from monitor.query.analyzer import MAX_TOKENS, post_keys
from monitor.query.evaluation import is_link_key
from monitor.query.literals import Literals

_CUT = 2_000  # characters: the tokens of a text may end inside of letters in a row that are longer
_BETWEEN = "\n"
_FILTERS = "@:"
LINKED = ":has:link"
"""The one filter of which a token may be the reason."""


def term(atoms: Iterable[str]) -> str:
    """The term of these atoms."""
    several = set(atoms)
    return several.pop() if len(several) == 1 else _BETWEEN.join(sorted(several))


def atoms(term: str) -> list[str]:
    """The atoms of a term."""
    return term.split(_BETWEEN) if term else []


class Terms:
    """The terms that queries ask for; `stamp` changes whenever one comes or goes."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._of_atom: dict[str, list[str]] = {}
        self._starts: Counter[int] = Counter()  # lengths of prefixes
        self._literals = Literals()
        self.halves: Counter[str] = Counter()  # terms of two in a row, by how many queries ask for them
        self.filters = 0  # how many atoms are asked for that are none of a text's
        self.stamp = 0

    def want(self, term: str) -> None:
        """Another query asks for it."""
        self._uses[term] = self._uses.get(term, 0) + 1
        if self._uses[term] == 1:
            for atom in atoms(term):
                self._add(atom, term)
            self.stamp += 1

    def drop(self, term: str) -> None:
        """One query less asks for it."""
        self._uses[term] -= 1
        if not self._uses[term]:
            del self._uses[term]
            for atom in atoms(term):
                self._remove(atom, term)
            self.stamp += 1

    def of(self, atoms: Iterable[str]) -> list[str]:
        """The terms that have one of these atoms."""
        return [term for atom in atoms if atom in self._of_atom for term in self._of_atom[atom]]

    def of_cut(self, text: str, tokens: list[str]) -> list[str]:
        """The terms of literals in a text so long that its tokens may not hold all its letters."""
        cut = len(text) >= _CUT and (len(tokens) >= MAX_TOKENS or max(map(len, tokens), default=0) >= _CUT)
        return self._of_text(text) if cut and self._literals else []

    def of_token(self, raw: str) -> dict[str, None]:
        """The terms that a token of a text has."""
        keys = post_keys(raw)
        found = dict.fromkeys(self.of(keys))
        if self._starts:
            found |= dict.fromkeys(self.of(f"^{key[:n]}" for key in keys if key[0] == "e" for n in self._starts))
        if self._literals:
            found |= dict.fromkeys(self._of_text(raw))
        if any(map(is_link_key, keys)):
            found |= dict.fromkeys(self.of((LINKED,)))
        return found

    def _of_text(self, text: str) -> list[str]:
        return self.of(f"%{literal}" for literal in self._literals.within(text.casefold()))

    def _add(self, atom: str, term: str) -> None:
        self._of_atom.setdefault(atom, []).append(term)
        if len(self._of_atom[atom]) > 1:
            return
        if atom[0] in _FILTERS:
            self.filters += 1
        elif atom[0] == "^":
            self._starts[len(atom) - 1] += 1
        elif atom[0] == "%":
            self._literals.add(atom[1:])

    def _remove(self, atom: str, term: str) -> None:
        self._of_atom[atom].remove(term)
        if self._of_atom[atom]:
            return
        del self._of_atom[atom]
        if atom[0] in _FILTERS:
            self.filters -= 1
        elif atom[0] == "^":
            self._starts[len(atom) - 1] -= 1
            self._starts += Counter()  # lengths that none has any more go
        elif atom[0] == "%":
            self._literals.remove(atom[1:])

"""What `monitor.query.sql` needs of an index to ask it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Part(NamedTuple):
    """A part of an expression, and whether a post satisfies it if and only if it satisfies the query's node."""

    expression: str
    is_exact: bool


class Run(NamedTuple):
    """Tokens in order, at most `slop` others between neighbours.

    `columns`: the keys of which each needs one; `halves`: those by which it can be half of a pair, none if they are not known.
    """

    columns: Sequence[frozenset[str]]
    halves: Sequence[Sequence[str]]
    slop: int


class Dialect(Protocol):
    """How an index is asked, with what its database knows of the words of a query."""

    @property
    def channels(self) -> Mapping[str, Collection[int]]:
        """Channel ids by username."""

    def any_of(self, terms: Iterable[str]) -> str:
        """Posts with at least one of these terms of filters."""

    def token(self, keys: frozenset[str]) -> Part | None:
        """Posts with a token that has one of these keys; None if the index cannot help."""

    def run(self, run: Run) -> Part | None:
        """Posts in which these tokens stand; None if the index cannot help."""

    def prefix(self, key: str) -> Part | None:
        """Posts with a form that begins like an ``e`` key; None if the index cannot help."""

    def both(self, expressions: Iterable[str]) -> str:
        """Posts that satisfy all."""

    def either(self, expressions: Iterable[str]) -> str:
        """Posts that satisfy one."""

    def without(self, expression: str, excluded: str) -> str:
        """Posts that satisfy the one and not the other."""


def joined(items: Iterable[str], operator: str) -> str:
    """Expressions in brackets, each once."""
    several = list(dict.fromkeys(items))
    return several[0] if len(several) == 1 else f"({operator.join(several)})"

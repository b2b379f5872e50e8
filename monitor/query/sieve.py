"""Patterns that no letters announce are asked about every post: sixteen at once, and each alone only where one of them matches."""

from collections import Counter
from functools import cached_property
from typing import Any

from monitor.query import patterns

GROUP = 16  # patterns


class _Group:
    """Patterns joined into one expression; `joined` is None if RE2 refuses that: then each is asked."""

    def __init__(self) -> None:
        self.sources: list[str] = []

    @cached_property
    def joined(self) -> Any | None:
        """An expression that matches wherever one of the patterns does."""
        return patterns.joined(self.sources)

    def changed(self) -> None:
        """Join anew when asked next."""
        self.__dict__.pop("joined", None)


class Sieve:
    """Groups of patterns; adding and removing one costs nothing to the other groups."""

    def __init__(self) -> None:
        self.sources: Counter[str] = Counter()
        """How often each pattern is sifted for."""
        self._groups: list[_Group] = []

    def add(self, source: str) -> None:
        """Sift for a pattern, once more if it is known already."""
        self.sources[source] += 1
        if self.sources[source] == 1:
            if not self._groups or len(self._groups[-1].sources) == GROUP:
                self._groups.append(_Group())
            self._groups[-1].sources.append(source)
            self._groups[-1].changed()

    def remove(self, source: str) -> None:
        """Take back one `add`."""
        self.sources[source] -= 1
        if not self.sources[source]:
            del self.sources[source]
            group = next(group for group in self._groups if source in group.sources)
            group.sources.remove(source)
            group.changed()
            self._groups = [group for group in self._groups if group.sources]

    def passing(self, encoded: bytes) -> set[str]:
        """The patterns that may match a text in UTF-8."""
        found: set[str] = set()
        for group in self._groups:
            if group.joined is None or group.joined.search(encoded) is not None:
                found.update(group.sources)
        return found

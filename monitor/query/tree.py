"""The tree of a query. Every node prints itself so that parsing the print gives the same node again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its inflected forms; or a #tag, @name, $TICKER or link, as written."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Exact:
    """A word in exactly this form."""

    text: str

    def __str__(self) -> str:
        return f"={self.text}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order with at most `slop` others between neighbours; each in any form unless `exact`."""

    text: str
    slop: int = 0
    exact: bool = False

    def __str__(self) -> str:
        return ("=" if self.exact else "") + f'"{self.text}"' + (f"~{self.slop}" if self.slop else "")


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with these letters."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in any spelling and alphabet."""

    text: str

    def __str__(self) -> str:
        return f"~{self.text}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in RE2's syntax, letter case ignored; a slash in it stands behind a backslash."""

    source: str

    def __str__(self) -> str:
        return f"/{self.source}/"


@dataclass(frozen=True, slots=True)
class From:
    """Posts of one channel: its username in lower case, without "@"."""

    channel: str

    def __str__(self) -> str:
        return f"from:@{self.channel}"


@dataclass(frozen=True, slots=True)
class Lang:
    """Posts in one language: its code in ISO 639-1."""

    code: str

    def __str__(self) -> str:
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class Has:
    """Posts that carry one of these: photo, video, file, link, poll."""

    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return "has:" + "|".join(self.kinds)


@dataclass(frozen=True, slots=True)
class Is:
    """Posts that are a forward, or were edited."""

    kind: str

    def __str__(self) -> str:
        return f"is:{self.kind}"


@dataclass(frozen=True, slots=True)
class After:
    """Posts of this day (UTC) and later."""

    day: date

    def __str__(self) -> str:
        return f"after:{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Before:
    """Posts earlier than this day (UTC)."""

    day: date

    def __str__(self) -> str:
        return f"before:{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Last:
    """Posts of the last `count` hours, days or weeks (`unit`: h, d, w)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"last:{self.count}{self.unit}"

    @property
    def span(self) -> timedelta:
        """How far back this reaches."""
        return self.count * _UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class Not:
    """Posts that do not satisfy `item`."""

    item: "Node"

    def __str__(self) -> str:
        return f"-{_bracketed(self.item)}"


@dataclass(frozen=True, slots=True)
class And:
    """Posts that satisfy every item."""

    items: tuple["Node", ...]

    def __str__(self) -> str:
        return " ".join(f"({item})" if isinstance(item, Or) else str(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Or:
    """Posts that satisfy at least one item."""

    items: tuple["Node", ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.items))


Leaf: TypeAlias = Word | Exact | Phrase | Prefix | Name | Pattern | From | Lang | Has | Is | After | Before | Last
Node: TypeAlias = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `str()` gives its canonical text."""

    root: Node

    def __str__(self) -> str:
        return str(self.root)


def _bracketed(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or | Not) else str(node)


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree, in order, excluded ones too."""
    if isinstance(node, And | Or):
        for item in node.items:
            yield from leaves(item)
    elif isinstance(node, Not):
        yield from leaves(node.item)
    else:
        yield node

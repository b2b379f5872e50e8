"""How a query could ring less, or more: tried on the archive before anybody is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from monitor.estimates import Estimate, estimate, sampled, texts_of
from monitor.query.analyzer import post_keys
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.names import MIN_LETTERS
from monitor.query.syntax import Query, QuerySyntaxError, parse
from monitor.query.tokens import TOKEN
from monitor.query.tree import And, Name, Node, Not, Or, Prefix, Word

WIDE = 20  # posts a day, above which a query is too wide
NARROW = 0.2  # posts a day, below which it is too narrow
SHOWN = 3
_SAMPLE, _BACKGROUND, _TRIED = 90, 72, 30  # posts read
_NOISE = (0.15, 0.85)  # shares of what was found that a word may stand in to be worth excluding
_LIFT = 2.5  # and how many times more often than elsewhere
_LETTERS = 4  # of a word that is worth excluding
_STEM, _ENDING = 4, 2  # letters that a prefix keeps at least, and that it leaves out
_LONG = 7
_TRIALS = 10

Item = TypeVar("Item")
Matched: TypeAlias = tuple[str, Sequence[tuple[int, int]]]  # a text and what of it matched


class How(StrEnum):
    """What a suggestion does to a query."""

    WITHOUT = "without"
    NAME = "name"
    PREFIX = "prefix"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query: without posts with `word`, or with `word` as a name, as a prefix, or left out. It finds `total` in these days."""

    how: How
    word: str
    query: str
    total: int


async def suggest(session: AsyncSession, query: str, known: Estimate, now: datetime) -> list[Suggestion]:
    """What would make a query that rings too often or hardly ever better; nothing for one between. Best first."""
    if known.a_day > WIDE:
        return await _narrower(session, query, known, now)
    if known.a_day < NARROW:
        return await _wider(session, query, known, now)
    return []


def changed(query: str, how: How, word: str) -> str | None:
    """The query with this change, as a button asks for it; None where it no longer makes sense."""
    try:
        root = parse(query).root
        if how is How.WITHOUT:
            items = root.items if isinstance(root, And) else (root,)
            return str(parse(str(Query(And((*items, Not(Word(word))))))))
        found = _replaced(root, how, word)
        return str(parse(str(Query(found)))) if found is not None else None
    except QuerySyntaxError:
        return None


async def _narrower(session: AsyncSession, query: str, known: Estimate, now: datetime) -> list[Suggestion]:
    found = [(each.post.text, each.spans) for each in await sampled(session, query, now, _SAMPLE)]
    words = await _noise(parse(query), found, await texts_of(session, now, _BACKGROUND))
    noisy = ((word, share, changed(query, How.WITHOUT, word)) for word, share in words)
    return [
        Suggestion(How.WITHOUT, word, text, round(known.total * (1 - share))) for word, share, text in noisy if text
    ][:SHOWN]


async def _noise(query: Query, found: Sequence[Matched], texts: Sequence[str]) -> list[tuple[str, float]]:
    """Words that much of what was found has and other posts have not, with the share of it, largest first.

    In the event loop, a post between two looks at it: a thread would hold up the others for longer.
    """
    others: list[Matched] = [(text, ()) async for text in _one_by_one(texts) if explain(query, Document(text)) is None]
    here, usual = await _frequencies(found), await _frequencies(others)
    noisy = [
        (word, share)
        for lemma, (word, share) in here.items()
        if _NOISE[0] <= share <= _NOISE[1] and share > _LIFT * usual.get(lemma, ("", 0.0))[1]
    ]
    return sorted(noisy, key=lambda each: -each[1])


async def _frequencies(posts: Sequence[Matched]) -> dict[str, tuple[str, float]]:
    """By lemma the form a word is written in most often, and the share of posts that have it where nothing matched."""
    forms: dict[str, Counter[str]] = {}
    async for text, matched in _one_by_one(posts):
        for lemma, form in dict(_lemmas(text, matched)).items():
            forms.setdefault(lemma, Counter())[form] += 1
    return {lemma: (_usual(counts), counts.total() / len(posts)) for lemma, counts in forms.items()}


async def _one_by_one(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Each of them, and before it whatever waits for its turn."""
    for item in items:
        await asyncio.sleep(0)
        yield item


def _lemmas(text: str, matched: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    starts = {start for start, _ in matched}
    for hit in TOKEN.finditer(text):
        raw = hit[1]
        if len(raw) >= _LETTERS and raw.isalpha() and hit.start(1) not in starts:
            yield next(key for key in post_keys(raw) if key[0] == "l"), raw.lower()


def _usual(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


async def _wider(session: AsyncSession, query: str, known: Estimate, now: datetime) -> list[Suggestion]:
    kept = []
    for how, word in _trials(parse(query).root):
        text = changed(query, how, word)
        if text is None:
            continue
        tried = await estimate(session, text, now, sample=_TRIED)
        if tried.total > known.total + 1 and tried.total >= 1.5 * known.total and tried.a_day <= WIDE:
            kept.append(Suggestion(how, word, text, tried.total))
    order = list(How)
    return sorted(kept, key=lambda each: (order.index(each.how), -each.total))[:SHOWN]


def _trials(root: Node) -> list[tuple[How, str]]:
    """Changes worth a try, by kind; of a query with many words only the first."""
    words = [node.text for node in _words(root)]
    names = [(How.NAME, word) for word in words if len(word) > MIN_LETTERS and word.isalpha()]
    stems = [(How.PREFIX, word) for word in words if len(word) > _STEM and word.isalpha()]
    several = isinstance(root, And) and sum(not isinstance(item, Not) for item in root.items) > 1
    return [*names[:4], *stems[:3], *((How.DROP, word) for word in words[:3] if several)][:_TRIALS]


def _words(node: Node) -> Iterator[Word]:
    """The plain words that a query wants."""
    if isinstance(node, Word):
        yield node
    elif isinstance(node, And | Or):
        for item in node.items:
            yield from _words(item)


def _replaced(node: Node, how: How, word: str) -> Node | None:
    """The tree with every such word changed; None where nothing is left."""
    if isinstance(node, Word) and node.text == word:
        return _instead(how, word)
    if isinstance(node, And | Or):
        items = tuple(new for item in node.items if (new := _replaced(item, how, word)) is not None)
        return type(node)(items) if len(items) > 1 else (items[0] if items else None)
    return node


def _instead(how: How, word: str) -> Node | None:
    if how is How.NAME:
        return Name(word)
    ending = _ENDING if len(word) >= _LONG else 1
    return Prefix(word[: max(_STEM, len(word) - ending)]) if how is How.PREFIX else None

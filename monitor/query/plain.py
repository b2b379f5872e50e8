"""The tree of a query that is words, prefixes, phrases and choices of words one after another: most need no grammar to be read.

What this reads it reads exactly as the grammar does; all else it leaves to the grammar.
"""

import re

from monitor.query.tree import And, Node, Not, Or, Phrase, Prefix, Word

_LETTERS = r"[^\W_]+"
_PREFIX = r"([а-яёa-zА-ЯЁA-Z]{3,})\*"
_UNIT = rf'(?:{_PREFIX}|({_LETTERS})|"({_LETTERS}(?: {_LETTERS})*)"|\(({_LETTERS}(?: \| {_LETTERS})+)\))'
_PART = re.compile(rf"(-?){_UNIT}")
_QUERY = re.compile(rf"{_UNIT}(?: -?{_UNIT})*")


def tree(text: str, most: int) -> Node | None:
    """The tree, or None if the grammar must read it: if it is not so plain, or has more than `most` parts."""
    if not _QUERY.fullmatch(text):
        return None
    items: list[Node] = []
    for sign, prefix, word, phrase, choice in _PART.findall(text):
        if word == "OR" or (choice and "OR" in choice):
            return None
        unit = Word(word) if word else _unit(prefix, phrase, choice)
        items.append(Not(unit) if sign else unit)
    if len(items) + text.count("|") > most:
        return None
    return items[0] if len(items) == 1 else And(tuple(items))


def _unit(prefix: str, phrase: str, choice: str) -> Node:
    if choice:
        return Or(tuple(map(Word, choice.split(" | "))))
    return Phrase(phrase) if phrase else Prefix(prefix)

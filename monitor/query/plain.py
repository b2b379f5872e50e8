"""The tree of a query that is words, prefixes and phrases one after another: most are, and need no grammar to be read.

What this reads it reads exactly as the grammar does; all else it leaves to the grammar.
"""

import re

from monitor.query.tree import And, Node, Not, Phrase, Prefix, Word

_LETTERS = r"[^\W_]+"
_PREFIX = r"([а-яёa-zА-ЯЁA-Z]{3,})\*"
_UNIT = rf'(?:{_PREFIX}|({_LETTERS})|"({_LETTERS}(?: {_LETTERS})*)")'
_PART = re.compile(rf"(-?){_UNIT}")
_QUERY = re.compile(rf"{_UNIT}(?: -?{_UNIT})*")


def tree(text: str, most: int) -> Node | None:
    """The tree, or None if the grammar must read it: if it is not so plain, or has more than `most` parts."""
    if not _QUERY.fullmatch(text):
        return None
    items: list[Node] = []
    for sign, prefix, word, phrase in _PART.findall(text):
        if word == "OR":
            return None
        leaf = Word(word) if word else Phrase(phrase) if phrase else Prefix(prefix)
        items.append(Not(leaf) if sign else leaf)
    if len(items) > most:
        return None
    return items[0] if len(items) == 1 else And(tuple(items))

"""Which words two texts have in common, in the same order: their longest common subsequence.

The bits of a number stand for the words of one text, and the other is read once (Hyyrö, "Bit-Parallel LCS-Length Computation
Revisited", 2004). So the time depends on how many words there are and not on which: a few milliseconds for what fits into a message.
"""

from collections.abc import Hashable, Sequence

Pairs = list[tuple[int, int]]


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The places, (in `old`, in `new`), of as many equal words as possible, both ascending."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    rest = 0
    while rest < shorter - start and old[-1 - rest] == new[-1 - rest]:
        rest += 1
    between = _between(old[start : len(old) - rest], new[start : len(new) - rest])
    pairs = [(place, place) for place in range(start)] + [(start + one, start + other) for one, other in between]
    return pairs + [(len(old) - place, len(new) - place) for place in range(rest, 0, -1)]


def _between(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The way back through the rows, from their ends."""
    rows = _rows(old, new)
    pairs, column, row = [], len(old), len(new)
    while row and column:
        if rows[row] >> (column - 1) & 1:
            column -= 1
        elif not rows[row - 1] >> (column - 1) & 1:
            row -= 1
        else:
            column, row = column - 1, row - 1
            pairs.append((column, row))
    return pairs[::-1]


def _rows(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[int]:
    """For each beginning of `new` a bit for each word of `old`: 0 where the subsequence becomes longer by this word."""
    places: dict[Hashable, int] = {}
    for place, word in enumerate(old):
        places[word] = places.get(word, 0) | 1 << place
    whole = row = (1 << len(old)) - 1
    rows = [row]
    for word in new:
        equal = row & places.get(word, 0)
        row = (row + equal | row - equal) & whole
        rows.append(row)
    return rows

"""A chart in one line of text."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(counts: Sequence[int]) -> str:
    """A bar for each count, the highest for the largest; the lowest is for none."""
    largest = max(counts, default=0)
    steps = len(BARS) - 1
    return "".join(BARS[-(-count * steps // largest) if largest else 0] for count in counts)

"""The process that draws: reads charts as lines, writes for each the picture's size in four bytes, big-endian, and the picture.

It ends when its input does. A chart that cannot be drawn is a picture of no bytes.
"""

import logging
import sys

from bot.charts.chart import Chart
from bot.charts.drawing import draw

logger = logging.getLogger(__name__)


def main() -> None:
    """Draw until the input ends."""
    for line in sys.stdin.buffer:
        picture = _drawn(line)
        sys.stdout.buffer.write(len(picture).to_bytes(4, "big") + picture)
        sys.stdout.buffer.flush()


def _drawn(line: bytes) -> bytes:
    try:
        return draw(Chart.load(line))
    except Exception:
        logger.exception("a chart cannot be drawn")
        return b""


if __name__ == "__main__":
    main()

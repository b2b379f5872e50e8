"""Charts as PNG, by matplotlib: 1,080 × 1,080 pixels, in letters that a phone shows large enough.

DejaVu Sans, which comes with matplotlib, has the letters of every language that posts are told apart in but Arabic ones.
"""

import io
import math
from functools import cache

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.textpath import TextPath
from matplotlib.ticker import EngFormatter, MaxNLocator

from bot.charts.chart import Chart

INCHES, DPI = 6.0, 180
LIGHT = {"back": "#ffffff", "text": "#17212b", "faint": "#707a84", "line": "#e3e8ec"}
DARK = {"back": "#17212b", "text": "#f1f5f8", "faint": "#8fa1b3", "line": "#2b3a49"}
HUES = ("#3390ec", "#f5a623", "#2bb673", "#e5533d", "#9b6dd7", "#8a9aa9")  # told apart by the colour-blind too
TITLE_LIMIT, NAME_LIMIT = 29, 18  # characters
LABEL_SIZE, LABEL_GAP = 16, 20  # points, pixels
POINTS = 72  # an inch

rcParams["font.family"] = "DejaVu Sans"
rcParams["text.parse_math"] = False  # a $ is a $


def draw(chart: Chart) -> bytes:
    """The picture of a chart."""
    file = io.BytesIO()
    figure_of(chart).savefig(file, format="png", pil_kwargs={"compress_level": 1})
    return file.getvalue()


def figure_of(chart: Chart) -> Figure:
    """The chart, laid out."""
    colours = DARK if chart.dark else LIGHT
    figure = Figure(figsize=(INCHES, INCHES), dpi=DPI, facecolor=colours["back"])
    FigureCanvasAgg(figure)
    lines = -(-len(chart.series) // 2)
    axes = figure.add_axes((0.12, 0.12 + 0.06 * lines, 0.85, 0.69 - 0.06 * lines))
    _write_head(figure, chart, colours)
    _draw_bars(axes, chart)
    _dress(axes, chart, colours)
    _explain(figure, axes, colours)
    return figure


def _write_head(figure: Figure, chart: Chart, colours: dict[str, str]) -> None:
    figure.text(0.04, 0.935, _cut(chart.title, TITLE_LIMIT), fontsize=20, fontweight="bold", color=colours["text"])
    figure.text(0.04, 0.875, chart.subtitle, fontsize=16, color=colours["faint"])


def _draw_bars(axes: Axes, chart: Chart) -> None:
    below = [0] * len(chart.labels)
    for (name, values), hue in zip(chart.series, HUES, strict=False):
        axes.bar(range(len(values)), values, bottom=below, color=hue, width=0.82, label=_cut(name, NAME_LIMIT))
        below = [low + value for low, value in zip(below, values, strict=True)]


def _dress(axes: Axes, chart: Chart, colours: dict[str, str]) -> None:
    axes.set_facecolor(colours["back"])
    axes.spines[:].set_visible(False)
    axes.grid(axis="y", color=colours["line"], linewidth=1)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))  # 20k: five digits would not fit
    axes.tick_params(length=0, labelsize=LABEL_SIZE, labelcolor=colours["faint"])
    axes.tick_params(axis="x", pad=9)
    written = range(0, len(chart.labels), _every(axes, chart))
    axes.set_xticks(list(written), [chart.labels[at] for at in written])
    axes.set_xlim(-0.6, len(chart.labels) - 0.4)
    axes.set_ylim(bottom=0)


def _every(axes: Axes, chart: Chart) -> int:
    """Every how many labels one is written, so that none runs into the next: `shown`, or as many times that as it takes."""
    widest = max(_width(label) for label in chart.labels) + LABEL_GAP
    room = axes.get_window_extent().width / len(chart.labels)
    return chart.shown * max(1, math.ceil(widest / (room * chart.shown)))


def _width(label: str) -> float:
    """How wide it is written, in pixels."""
    path = TextPath((0, 0), label, size=LABEL_SIZE)
    return float(path.get_extents().width) * DPI / POINTS


def _explain(figure: Figure, axes: Axes, colours: dict[str, str]) -> None:
    """Which colour is whose, in two columns below."""
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="lower left",
        bbox_to_anchor=(0.02, 0.01),
        ncols=2,
        fontsize=16,
        frameon=False,
        labelcolor=colours["text"],
        handlelength=0.9,
        handleheight=0.9,
        handletextpad=0.5,
        columnspacing=1.2,
    )


def _cut(text: str, limit: int) -> str:
    """At most so many of the characters that can be drawn: an emoji would be a box."""
    text = "".join(filter(_is_known, text)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _is_known(character: str) -> bool:
    return ord(character) in _known()


@cache
def _known() -> frozenset[int]:
    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())

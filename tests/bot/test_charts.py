"""What stands in a picture can be read."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.charts.drawing import figure_of
from bot.i18n import locales, translator
from bot.views.stats import stats_chart
from monitor.models import Theme
from monitor.volume import MOST, PERIODS, Volume

LAST = datetime(2026, 11, 25, 23, tzinfo=UTC)


def volume(period: str, posts: int = 1) -> Volume:
    count = PERIODS[period]
    hours = [LAST - timedelta(hours=back) for back in reversed(range(count))]
    days: list[date] = [LAST.date() - timedelta(days=back) for back in reversed(range(count))]
    return Volume(hours if period == "24h" else days, [("РИА Новости", [posts] * count)], cut=False)


def written(period: str, locale: str, posts: int = 1) -> Any:
    """The axes of such a chart."""
    chart = stats_chart(volume(period, posts), "Баку", period, Theme.LIGHT, translator(locale))
    figure = figure_of(chart)
    figure.draw_without_rendering()
    return figure.axes[0]


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("locale", locales())
def test_no_day_or_hour_below_the_bars_runs_into_the_next(period: str, locale: str) -> None:
    axes = written(period, locale)
    labels = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert len(labels) >= 3
    assert all(left.x1 + 8 <= right.x0 for left, right in pairwise(labels))
    assert labels[0].x0 >= 0
    assert labels[-1].x1 <= axes.figure.bbox.x1


def test_the_largest_number_beside_the_bars_stays_in_the_picture() -> None:
    axes = written("24h", "en", posts=MOST)
    assert min(label.get_window_extent().x0 for label in axes.get_yticklabels()) >= 0


@pytest.mark.parametrize(("age", "period"), [(0, "24h"), (1, "7d"), (6, "7d"), (7, "30d"), (29, "30d")])
def test_the_shortest_period_has_all_of_it(age: int, period: str) -> None:
    counts = [0] * 30
    counts[29 - age] = counts[29] = 1
    days = volume("30d").buckets
    assert Volume(days, [("a", [0] * 30), ("b", counts)], cut=False).shortest == period

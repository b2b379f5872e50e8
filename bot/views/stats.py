"""How much was posted about something: the chart's words, the line under it, its buttons."""

from datetime import datetime

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import DrawStats
from bot.charts.chart import Chart
from bot.i18n import Translator
from bot.views.answers import BUTTONS
from bot.views.draft import Draft, Rendered, shorten
from monitor.models import Theme, Topic
from monitor.volume import PERIODS, Volume

TITLE_LIMIT = 200  # UTF-16 units
LABEL_LIMIT = 28
SHOWN = {"24h": 4, "7d": 1, "30d": 5}
"""Every how many hours or days one is written below the chart."""


def stats_chart(found: Volume, title: str, period: str, theme: Theme, l10n: Translator) -> Chart:
    """The chart of what was found."""
    series = [(name or l10n("stats-others"), counts) for name, counts in found.series]
    labels = [each.strftime("%H:00") if isinstance(each, datetime) else l10n.day(each) for each in found.buckets]
    return Chart(title, _summary(found, period, l10n), labels, SHOWN[period], series, theme == Theme.DARK)


def stats_caption(found: Volume, title: str, wanted: DrawStats, theme: Theme, l10n: Translator) -> Rendered:
    """What stands under the chart, for those who do not see it, and its buttons."""
    draft = Draft().add("📊 ").add(shorten(title, TITLE_LIMIT), "bold").add("\n")
    draft.add(_summary(found, wanted.period, l10n))
    if found.cut:
        draft.add("\n").add(l10n("stats-cut"))
    return draft.render(reply_markup=_buttons(wanted, theme, l10n))


def stats_topics(topics: list[Topic], l10n: Translator) -> Rendered:
    """A button for each topic that can be drawn."""
    draft = Draft().add(l10n("stats-usage"))
    rows = [
        [
            InlineKeyboardButton(
                text=f"📊 {shorten(topic.name, LABEL_LIMIT)}", callback_data=DrawStats(topic=topic.id).pack()
            )
        ]
        for topic in topics[:BUTTONS]
    ]
    return draft.render(reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None)


def _summary(found: Volume, period: str, l10n: Translator) -> str:
    return f"{l10n('search-count', count=found.total)} · {l10n(f'filter-period-{period}')}"


def _buttons(wanted: DrawStats, theme: Theme, l10n: Translator) -> InlineKeyboardMarkup:
    periods = [
        _button(
            ("• " if period == wanted.period else "") + l10n(f"stats-{period}"),
            wanted.model_copy(update={"period": period}),
        )
        for period in PERIODS
    ]
    other = Theme.LIGHT if theme == Theme.DARK else Theme.DARK
    change = _button(l10n(f"stats-{other}"), wanted.model_copy(update={"theme": other}))
    return InlineKeyboardMarkup(inline_keyboard=[periods, [change]])


def _button(text: str, data: DrawStats) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())

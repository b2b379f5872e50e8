"""Days of the week by the names that people have for them."""

import pytest

from bot.weekdays import with_weekdays
from monitor.digest import DAYS, BadScheduleError, set_digest
from monitor.models import Subscriber
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon,thu", "mon thu"),
        ("Monday, Thursday", "mon thu"),
        ("mon thu", "mon thu"),
        ("пн,чт", "mon thu"),
        ("Понедельник, среда, вс", "mon wed sun"),
        ("понеділок, П'ятниця, нд", "mon fri sun"),
        ("п’ятниця", "fri"),
        ("bazar ertəsi, cümə axşamı", "mon thu"),
        ("Bazar, çərşənbə", "wed sun"),
        ("B.E., Ç.A., Ş.", "mon tue sat"),
        ("be ca c b", "mon thu fri sun"),
    ],
)
def test_days_may_be_named_in_any_language(text: str, days: str) -> None:
    subscriber = Subscriber(timezone="UTC")
    set_digest(subscriber, with_weekdays(f"weekly {text} 09:30"), NOW)
    assert [day for number, day in enumerate(DAYS) if subscriber.digest_days >> number & 1] == days.split()
    assert subscriber.digest_minute == 9 * 60 + 30


@pytest.mark.parametrize("text", ["weekly завтра", "weekly ,", "weekly пнвт", "weekly 🙂"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadScheduleError):
        set_digest(Subscriber(timezone="UTC"), with_weekdays(text), NOW)

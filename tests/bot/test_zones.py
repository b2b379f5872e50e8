"""Zones by the names that people have for them."""

import pytest

from bot.zones import zone_named
from monitor.models import Subscriber
from monitor.quiet import UnknownZoneError, set_timezone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Баку", "Asia/Baku"),
        ("bakı", "Asia/Baku"),
        ("baku", "Asia/Baku"),
        ("Kyiv", "Europe/Kyiv"),
        ("Киев", "Europe/Kyiv"),
        ("Київ", "Europe/Kyiv"),
        ("москва", "Europe/Moscow"),
        ("New  York", "America/New_York"),
        ("UTC+4", "Etc/GMT-4"),
        ("+3", "Etc/GMT-3"),
        ("gmt -5:00", "Etc/GMT+5"),
        ("utc", "UTC"),
        ("UTC+0", "UTC"),
        ("europe/kyiv", "Europe/Kyiv"),
    ],
)
def test_a_city_or_the_hours_from_utc_name_a_zone(text: str, zone: str) -> None:
    subscriber = Subscriber(timezone="UTC")
    set_timezone(subscriber, zone_named(text))
    assert subscriber.timezone == zone


@pytest.mark.parametrize("text", ["", "Zalesye", "+25", "../etc/passwd", "UTC+4:30", "Etc", "🙂"])
def test_what_names_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UnknownZoneError):
        set_timezone(Subscriber(timezone="UTC"), zone_named(text))

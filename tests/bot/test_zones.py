"""Zones by the names that people have for them."""

import pytest

from bot.cities import CITIES
from bot.zones import zone_label, zone_named
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
        ("нью йорк", "America/New_York"),
        ("Нью-Йорк", "America/New_York"),
        ("санкт-петербург", "Europe/Moscow"),
        ("Ростов на Дону", "Europe/Moscow"),
        ("мск", "Europe/Moscow"),
        ("Харків", "Europe/Kyiv"),
        ("Gəncə", "Asia/Baku"),
        ("San Francisco", "America/Los_Angeles"),
    ],
)
def test_a_city_or_the_hours_from_utc_name_a_zone(text: str, zone: str) -> None:
    subscriber = Subscriber(timezone="UTC")
    set_timezone(subscriber, zone_named(text))
    assert subscriber.timezone == zone


@pytest.mark.parametrize(
    "text", ["", "Zalesye", "+25", "../etc/passwd", "UTC+4:30", "Etc", "🙂", "14", "03", "я5", "utc.4"]
)
def test_what_names_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UnknownZoneError):
        set_timezone(Subscriber(timezone="UTC"), zone_named(text))


@pytest.mark.parametrize("zone", CITIES)
def test_every_city_of_the_list_lives_in_a_zone_that_there_is(zone: str) -> None:
    for city in CITIES[zone].split(", "):
        set_timezone(subscriber := Subscriber(timezone="UTC"), zone_named(city))
        assert subscriber.timezone == zone


@pytest.mark.parametrize(
    ("zone", "label"), [("Etc/GMT-4", "UTC+4"), ("Etc/GMT+5", "UTC−5"), ("Asia/Baku", "Asia/Baku"), ("UTC", "UTC")]
)
def test_a_zone_of_hours_is_shown_as_those_from_utc(zone: str, label: str) -> None:
    assert zone_label(zone) == label

"""Languages that a query may ask for."""

import pytest

from bot.views.tongues import _NAMES
from monitor.language import KNOWN, detect
from monitor.query.syntax import QuerySyntaxError, parse
from monitor.tongues import require_known


def test_known_are_those_that_posts_are_found_to_be_in() -> None:
    assert _NAMES.keys() == KNOWN
    assert {
        detect("Сегодня в городе открылся новый мост через реку"),
        detect("The new bridge was opened today"),
    } <= KNOWN


def test_an_unknown_language_is_refused_with_its_place() -> None:
    require_known(parse("баку (lang:uk | -lang:az)"))
    with pytest.raises(QuerySyntaxError) as caught:
        require_known(parse("баку  (lang:uk | -lang:XX)"))
    assert (caught.value.reason, caught.value.query[caught.value.position :]) == ("unknown_language", "lang:xx)")

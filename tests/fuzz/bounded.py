"""No input may keep the product busy: what takes ten seconds of computing for one attempt has found something."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

SLOW_S = 10
"""A hundred times what the slowest attempt takes; the time that other programs take on the machine does not count."""
Given = ParamSpec("Given")


def bounded(test: Callable[Given, None]) -> Callable[Given, None]:
    """The test of one attempt, which fails too where it has computed for longer than SLOW_S. Stands below `@given`."""

    @wraps(test)
    def attempt(*arguments: Given.args, **named: Given.kwargs) -> None:
        before = time.process_time()
        test(*arguments, **named)
        spent = time.process_time() - before
        assert spent < SLOW_S, f"{spent:.0f} s of computing for one attempt"

    return attempt

"""The program on a machine whose clock is off: `python -m tests.shifted SECONDS run …`.

Only what the product asks for the time is told a wrong one: libraries have ways of their own, and are not what is tested.
"""

import importlib
import pkgutil
import sys
from datetime import datetime, timedelta, tzinfo
from typing import Any

import bot
import monitor
from bot.__main__ import main


class _OfAll(type):
    """What is a datetime is one of these, too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, datetime)


class Shifted(datetime, metaclass=_OfAll):
    """A datetime whose now() is off."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.ahead


def shift() -> None:
    """Give it to everything in the product that knows the time."""
    for package in (bot, monitor):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                module = importlib.import_module(found.name)
                if getattr(module, "datetime", None) is datetime:
                    module.datetime = Shifted  # type: ignore[attr-defined]


if __name__ == "__main__":
    from bot import lean

    lean.import_aiogram()
    Shifted.ahead = timedelta(seconds=float(sys.argv[1]))
    shift()
    sys.exit(main(sys.argv[2:]))

"""The base of every error that the product turns into a sentence for a person."""

from __future__ import annotations

from typing import Any


class MonitorError(Exception):
    """Something a person can act on; `code` names its sentence in the locales, `params` fill it.

    Each subclass lives beside what raises it and stands for one distinct reaction.
    """

    code: str = "error"

    def __init__(self, message: str = "", **params: str | int) -> None:
        super().__init__(message or (type(self).__doc__ or self.code).strip().splitlines()[0])
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        """It goes from process to process whatever its class asks for when it is made."""
        return _revive, (type(self), str(self), self.params)


def _revive(kind: type[MonitorError], message: str, params: dict[str, str | int]) -> MonitorError:
    error = kind.__new__(kind)
    MonitorError.__init__(error, message, **params)
    return error

"""Refusal: an RPC error, as Telegram words it."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818  (an answer, not a failure of the server)
    """What a handler raises to answer with an error: a code (HTTP-like) and Telegram's capital words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

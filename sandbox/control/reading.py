"""Reading a request of the control interface: a JSON object with the fields that are needed, or one sentence."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

WORDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


class MistakeError(Exception):
    """The request cannot be carried out; its words say what to do."""


async def read(request: web.Request, *needed: str) -> dict[str, Any]:
    """The body. Raises MistakeError where it is no JSON object or lacks a field."""
    body = await read_any(request)
    if not isinstance(body, dict):
        raise MistakeError("Send a JSON object.")
    require(body, *needed)
    return body


async def read_any(request: web.Request) -> Any:
    """The body, whatever JSON it is."""
    try:
        return await request.json()
    except ValueError:
        raise MistakeError("The body is not JSON.") from None


def require(body: dict[str, Any], *needed: str) -> None:
    """Raise MistakeError for the first field that is missing."""
    for name in needed:
        if name not in body:
            raise MistakeError(f'"{name}" is missing.')


def check(body: dict[str, Any], **kinds: type) -> None:
    """Raise MistakeError for the first field that is there and of another kind. A bool is no number."""
    for name, kind in kinds.items():
        value = body.get(name)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise MistakeError(f'"{name}" must be {WORDS[kind]}, not {value!r}.')


def moment(value: Any) -> datetime | None:
    """A date in ISO 8601, in UTC where it names no zone; None for nothing. Raises MistakeError."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise MistakeError(f"{value!r} is not a date: write 2025-07-01T09:30:00+00:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

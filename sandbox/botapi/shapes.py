"""Objects and arrays in a request, brought into the shape the schema gives them, as leniently as Telegram reads JSON.

A number may be written as text and the other way round, fields that a type does not have are passed over, and what does not fit
is refused in the words of Telegram's own parser (github.com/tdlib/td, tdutils/td/utils/JsonBuilder.cpp).
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.schema import ARRAY, schema

_NUMBER = re.compile(r"-?\d+")
_CALLED = {
    "InlineKeyboardButton": "inline keyboard button",
    "KeyboardButton": "keyboard button",
    "InlineQueryResult": "inline query result",
    "InputMedia": "InputMedia",
}
"""What Telegram calls types with these beginnings when it refuses them; others by their names."""


class MisfitError(Exception):
    """A value is not of its kind; its words follow the name of the field."""


def shaped(kind: str, value: Any) -> Any:
    """The value with the fields that its kind has. Raises RefusalError for an object, MisfitError for anything else."""
    if kind.startswith(ARRAY):
        if not isinstance(value, list):
            raise MisfitError("must be of type Array")
        return [shaped(kind.removeprefix(ARRAY), item) for item in value]
    alternatives = schema().alternatives(kind)
    if len(alternatives) > 1:
        return _first_fit(alternatives, value)
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    return _object(kind, value)


def _first_fit(kinds: list[str], value: Any) -> Any:
    """As the likeliest kind that it fits; refused as the likeliest of all."""
    refusals = []
    for kind in sorted(kinds, key=lambda kind: _likeness(kind, value), reverse=True):
        try:
            return shaped(kind, value)
        except (RefusalError, MisfitError) as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _likeness(kind: str, value: Any) -> tuple[bool, int, int]:
    """Whether a type has the name that the value gives itself, how many of the value's fields it has, and how plain it is."""
    if not isinstance(value, dict):
        return False, 0, 0
    named = kind.lower().endswith(str(value.get("type", " ")).replace("_", "").lower())
    return named, len(value.keys() & schema().types.get(kind, {}).keys()), -len(kind)


def _object(kind: str, value: Any) -> dict[str, Any]:
    if kind == "KeyboardButton" and isinstance(value, str):
        return {"text": value}
    if not isinstance(value, dict):
        raise _refused(kind, "expected an Object")
    found = {}
    for name, field in schema().types[kind].items():
        if value.get(name) is not None:
            found[name] = _field(kind, name, field.rstrip("?"), value[name])
        elif not field.endswith("?"):
            raise _refused(kind, f'Can\'t find field "{name}"')
    return found


def _field(owner: str, name: str, kind: str, value: Any) -> Any:
    try:
        return shaped(kind, value)
    except MisfitError as misfit:
        raise _refused(owner, f'Field "{name}" {misfit}') from None


def _refused(kind: str, reason: str) -> RefusalError:
    called = next((name for begins, name in _CALLED.items() if kind.startswith(begins)), kind)
    return bad_request(f"can't parse {called}: {reason}")


def _integer(value: Any) -> int:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise MisfitError("must be a valid Number")
        return int(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or value != int(value):
        raise MisfitError("must be of type Number")
    return int(value)


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise MisfitError("must be of type Number") from None


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise MisfitError("must be of type Boolean")
    return value


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise MisfitError("must be of type String")
    return str(value)


_SCALARS = {"Integer": _integer, "Float": _float, "Boolean": _boolean, "True": _boolean, "String": _string}

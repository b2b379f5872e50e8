"""The Bot API as its documentation describes it, machine-readable: what a method takes and returns, and what a type is made of.

`schema.json` says where it comes from. A kind is written as there: `Integer`, `Array of Update`, `Message or Boolean`; a `?` after it
marks what may be left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ARRAY = "Array of "
_CHECKS = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "String": lambda value: isinstance(value, str),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """Methods by name in lower case: (name, what it takes, what it returns); types by name: {field: kind}; unions: members."""

    methods: dict[str, tuple[str, dict[str, str], str]]
    types: dict[str, dict[str, str]]
    unions: dict[str, list[str]]

    def problems(self, kind: str, value: Any, place: str = "result") -> Iterator[str]:
        """Where a value is not of its kind, a sentence each."""
        if kind.startswith(ARRAY):
            yield from self._in_array(kind.removeprefix(ARRAY), value, place)
        elif len(alternatives := self.alternatives(kind)) > 1:
            if all(any(self.problems(each, value, place)) for each in alternatives):
                yield f"{place} is none of {kind}"
        elif kind in _CHECKS:
            if not _CHECKS[kind](value):
                yield f"{place} is not {kind}"
        else:
            yield from self._in_object(kind, value, place)

    def alternatives(self, kind: str) -> list[str]:
        """The kinds that a kind stands for: the members of a union, or itself alone."""
        if kind == "RichText":  # a text, a list of them, or one of its types
            return ["String", f"{ARRAY}RichText", *self.unions[kind]]
        return self.unions.get(kind) or re.split(r" or |, | and ", kind)

    def _in_array(self, kind: str, value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{place} is not an array"
            return
        for index, item in enumerate(value):
            yield from self.problems(kind, item, f"{place}[{index}]")

    def _in_object(self, kind: str, value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place} is not {kind}"
            return
        fields = self.types[kind]
        yield from (f"{place} has no {name}" for name in fields.keys() - value.keys() if not fields[name].endswith("?"))
        yield from (f"{place}: {kind} knows no {name}" for name in value.keys() - fields.keys())
        for name in fields.keys() & value.keys():
            yield from self.problems(fields[name].rstrip("?"), value[name], f"{place}.{name}")


@cache
def schema() -> Schema:
    """The schema of this version of the Bot API."""
    raw = json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))
    methods = {name.lower(): (name, each["takes"], each["returns"]) for name, each in raw["methods"].items()}
    return Schema(methods, raw["types"], raw["unions"])

"""A request's parameters, from query, form, multipart or JSON, read by the schema of its method.

core.telegram.org/bots/api#making-requests
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.botapi.refusal import bad_request
from sandbox.botapi.shapes import MisfitError, shaped

_INTEGER = re.compile(r"-?\d+", re.ASCII)
TRUE = ("true", "1", "yes", "on", "y", "t")
EMPTY = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "message_ids": "message identifiers are not specified",
    "user_id": "invalid user_id specified",
}
_MISFITS = {"message_ids": "expected an Array of message identifiers"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content: bytes
    media_type: str


async def read_parameters(request: web.Request, takes: Mapping[str, str]) -> dict[str, Any]:
    """What the method takes, decoded; everything else is left out, as Telegram does. Raises RefusalError."""
    fields, uploads = await _fields(request)
    return decoded(fields, takes, uploads)


def decoded(fields: Mapping[str, Any], takes: Mapping[str, str], uploads: Mapping[str, Upload]) -> dict[str, Any]:
    """The same of fields that are read already: texts, or what was JSON."""
    found = {name: _decoded(name, fields[name], kind.rstrip("?")) for name, kind in takes.items() if name in fields}
    found = {name: value for name, value in found.items() if value is not None}
    for name, kind in takes.items():
        if not kind.endswith("?") and found.get(name, "") == "" and name != "message_id":  # 0, which no message has
            raise bad_request(EMPTY.get(name, f'parameter "{name}" is required'))
    return {name: _attached(value, uploads) for name, value in found.items()}


async def _fields(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    if request.content_type == "application/json":
        return {**request.query, **await _json_body(request)}, {}
    fields: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
            fields.setdefault(name, uploads[name])
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields, uploads


async def _json_body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected as request body")
    return body


def _decoded(name: str, value: Any, kind: str) -> Any:
    if "InputFile" in kind or isinstance(value, Upload):
        return value
    if value is None or kind in _READERS:
        return None if value is None else _READERS[kind](name, _as_text(value))
    try:
        return shaped(kind, _from_json(name, value) if isinstance(value, str) else value) if value != "" else None
    except MisfitError as misfit:
        raise bad_request(_MISFITS.get(name, f"can't parse {name.replace('_', ' ')}: {misfit}")) from None


def _as_text(value: Any) -> str:
    """In a JSON body, what is no text stands for the text it is written with."""
    return value if isinstance(value, str) else json.dumps(value)


def _chat(_name: str, text: str) -> int | str:
    return int(text) if _INTEGER.fullmatch(text) else text


def _integer(name: str, text: str) -> int | None:
    if text and not _INTEGER.fullmatch(text):
        raise bad_request(f'parameter "{name}" must be a number')
    return int(text) if text else None


def _float(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise bad_request(f'parameter "{name}" must be a number') from None


_READERS: dict[str, Callable[[str, str], Any]] = {
    "Integer or String": _chat,
    "Integer": _integer,
    "Float": _float,
    "Boolean": lambda _name, text: text.lower() in TRUE,
    "String": lambda _name, text: text,
}


def _from_json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        written = name if name in _MISFITS else name.replace("_", " ")
        raise bad_request(f"can't parse {written} JSON object") from None


def _attached(value: Any, uploads: Mapping[str, Upload]) -> Any:
    """The value with each `attach://name` replaced by the file of that name."""
    if isinstance(value, str) and value.startswith("attach://"):
        try:
            return uploads[value.removeprefix("attach://")]
        except KeyError:
            raise bad_request("wrong file identifier/HTTP URL specified") from None
    if isinstance(value, list):
        return [_attached(item, uploads) for item in value]
    if isinstance(value, dict):
        return {name: _attached(item, uploads) for name, item in value.items()}
    return value

"""The Bot API as plain HTTP: how parameters are written, and what is answered to nonsense."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox.botapi.methods import METHODS
from sandbox.botapi.schema import schema
from sandbox.chats import Person
from sandbox.telegram import Sandbox
from tests.sandbox.botapi.conftest import TOKEN

BOLD = [{"type": "bold", "offset": 0, "length": 2}]


async def ask(sandbox: Sandbox, method: str, **request: Any) -> tuple[int, dict[str, Any]]:
    url = f"{sandbox.bot_api_url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, **request) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("encoding", ["json", "data", "params", "multipart"])
async def test_parameters_may_be_written_in_four_ways(sandbox: Sandbox, leyla: Person, encoding: str) -> None:
    fields = {"chat_id": str(leyla.id), "text": "{}!", "entities": json.dumps(BOLD)}
    if encoding == "json":
        request: dict[str, Any] = {"json": {"chat_id": leyla.id, "text": "{}!", "entities": BOLD}}
    elif encoding == "multipart":
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        request = {"data": form}
    else:
        request = {encoding: fields}
    status, answer = await ask(sandbox, "sendMessage", **request)
    assert status == 200, answer
    assert (answer["result"]["text"], answer["result"]["entities"]) == ("{}!", BOLD)


@pytest.mark.parametrize(
    ("method", "request_", "status", "words"),
    [
        ("sendNothing", {}, 404, "Not Found: method not found"),
        ("sendMessage", {"json": {"text": "x"}}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"json": {"chat_id": 1}}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "Bad Request: can't parse JSON object"),
        ("sendMessage", {"json": [1]}, 400, "Bad Request: object expected as request body"),
        ("sendMessage", {"data": {"chat_id": "1", "text": "x", "entities": "["}}, 400,
         "Bad Request: can't parse entities JSON object"),
        ("getUpdates", {"data": {"offset": "x"}}, 400, 'Bad Request: parameter "offset" must be a number'),
        ("setWebhook", {"json": {"url": "https://example.org/"}}, 400,
         "Bad Request: bad webhook: this server pushes to loopback only"),
        ("sendPhoto", {"data": {"chat_id": "1", "photo": "attach://x"}}, 400, "Bad Request: wrong file identifier/HTTP URL specified"),
    ],
)  # fmt: skip
async def test_nonsense_is_refused_in_a_sentence(
    sandbox: Sandbox, method: str, request_: dict[str, Any], status: int, words: str
) -> None:
    found, answer = await ask(sandbox, method, **request_)
    assert (found, answer["ok"], answer["error_code"], answer["description"]) == (status, False, status, words)


async def test_a_file_under_the_fields_own_name_is_taken(sandbox: Sandbox, leyla: Person) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(leyla.id))
    form.add_field("document", b"a,b\n", filename="a.csv", content_type="text/csv")
    status, answer = await ask(sandbox, "sendDocument", data=form)
    assert status == 200, answer
    assert answer["result"]["document"]["mime_type"] == "text/csv"


def test_every_method_stands_in_the_schema() -> None:
    assert METHODS.keys() <= schema().methods.keys()


def test_the_schema_finds_what_is_wrong() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "Leyla"}
    assert list(schema().problems("User", user)) == []
    assert list(schema().problems("User", {"id": "1", "is_bot": False, "name": "Leyla"})) != []
    assert list(schema().problems("Array of User", [user, 5])) == ["result[1] is not User"]
    assert list(schema().problems("Message or Boolean", True)) == []
    assert list(schema().problems("ChatMember", {"status": "member"})) != []

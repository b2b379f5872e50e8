"""Answers to pressed buttons and inline queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.markup import inline_or_reply
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.text import TEXT_LIMIT, prepared

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PATIENCE = {"callback": timedelta(minutes=15), "inline": timedelta(seconds=30)}
ALERT_LIMIT = 200
RESULTS_LIMIT = 50
ID_LIMIT = 64
_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(call: Call) -> bool:
    """End the spinner of a pressed button."""
    if len(call.get("text", "")) > ALERT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    _settle(call, "callback")
    call.chats.tell("answer", call.parameters)
    return True


def answer_inline_query(call: Call) -> bool:
    """The results of an inline query; of those sent as texts the texts are kept as Telegram would send them."""
    results = call.get("results")
    if len(results) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    numbers = [result["id"] for result in results]
    if len(set(numbers)) < len(numbers):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 0 < len(number.encode()) <= ID_LIMIT for number in numbers):
        raise bad_request("RESULT_ID_INVALID")
    if len(call.get("next_offset", "").encode()) > ID_LIMIT:
        raise bad_request("NEXT_OFFSET_INVALID")
    _check_button(call.get("button"))
    call.parameters["results"] = [_result(result) for result in results]
    _settle(call, "inline")
    return True


def _check_button(button: dict[str, Any] | None) -> None:
    if button and "start_parameter" in button and not _PARAMETER.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")
    if button and not button.keys() & {"start_parameter", "web_app"}:
        raise bad_request('can\'t parse inline query results button: Field "start_parameter" must be non-empty')


def _result(result: dict[str, Any]) -> dict[str, Any]:
    kept = dict(result) | (
        {"reply_markup": inline_or_reply(result["reply_markup"])} if "reply_markup" in result else {}
    )
    content = result.get("input_message_content")
    if content is None:
        if result["type"] == "article":
            raise bad_request("message text is empty")
        return kept
    if "message_text" in content:
        text, entities = prepared(
            content["message_text"], content.get("entities"), content.get("parse_mode"), TEXT_LIMIT
        )
        if not text:
            raise bad_request("message text is empty")
        kept["input_message_content"] = {"message_text": text, "entities": entities}
    return kept


def _settle(call: Call, kind: str) -> None:
    asked = call.chats.asked.get(call.get(f"{kind}_query_id"))
    if asked is None or asked.bot is not call.bot or call.chats.clock() - asked.at > PATIENCE[kind]:
        raise bad_request(TOO_OLD)
    if kind == "inline" and asked.answer is not None:
        raise bad_request(TOO_OLD)
    asked.answer = call.parameters

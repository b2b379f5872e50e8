"""Answers to pressed buttons and inline queries."""

from __future__ import annotations

from datetime import timedelta

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.text import TEXT_LIMIT, prepared

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PATIENCE = {"callback": timedelta(minutes=15), "inline": timedelta(seconds=30)}
ALERT_LIMIT = 200
RESULTS_LIMIT = 50
ID_LIMIT = 64


def answer_callback_query(call: Call) -> bool:
    """End the spinner of a pressed button."""
    if len(call.get("text", "")) > ALERT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    _settle(call, "callback")
    call.chats.tell("answer", call.parameters)
    return True


def answer_inline_query(call: Call) -> bool:
    """The results of an inline query."""
    results = call.get("results")
    if len(results) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    numbers = [str(result.get("id", "")) for result in results]
    if len(set(numbers)) < len(numbers):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 0 < len(number.encode()) <= ID_LIMIT for number in numbers):
        raise bad_request("RESULT_ID_INVALID")
    for result in results:
        content = result.get("input_message_content") or {}
        if "message_text" in content:
            prepared(content["message_text"], content.get("entities"), content.get("parse_mode"), TEXT_LIMIT)
    _settle(call, "inline")
    return True


def _settle(call: Call, kind: str) -> None:
    asked = call.chats.asked.get(call.get(f"{kind}_query_id"))
    if asked is None or asked.bot is not call.bot or call.chats.clock() - asked.at > PATIENCE[kind]:
        raise bad_request(TOO_OLD)
    if kind == "inline" and asked.answer is not None:
        raise bad_request(TOO_OLD)
    asked.answer = call.parameters

"""What a person does with the answer to an inline query: takes a result, or goes over to the private chat with the bot."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Asked, Chats
from sandbox.people import Chat


def choose(chats: Chats, query_id: str, result_id: str, query: str = "", chat: Chat | None = None) -> dict[str, Any]:
    """A person takes one of the results, which is sent in their name, to the private chat with the bot if to no other.

    Returns the message. KeyError if there is no such query or result, or no answer yet.
    """
    asked = chats.asked[query_id]
    result = next((each for each in _answer(asked)["results"] if each["id"] == result_id), None)
    if result is None:
        raise KeyError(result_id)
    place = chat or chats.chats[asked.person.id]
    message = chats.post(place, asked.person.as_user(), via_bot=asked.bot.as_user(), **_content(result))
    chosen: dict[str, Any] = {"result_id": result_id, "from": asked.person.as_user(), "query": query}
    if "reply_markup" in message:
        name = f"inline-{chats.next_id()}"
        chosen["inline_message_id"] = name
        chats.inline_messages[name] = place, message["message_id"]
    chats.update(asked.bot, "chosen_inline_result", chosen)
    if place.id == asked.person.id:
        chats.update(asked.bot, "message", message)
    return message


def switch(chats: Chats, query_id: str) -> dict[str, Any]:
    """A person presses the button above the results, which starts the bot with its parameter. KeyError if there is none."""
    asked = chats.asked[query_id]
    return chats.say(asked.person, f"/start {_answer(asked)['button']['start_parameter']}")


def _answer(asked: Asked) -> dict[str, Any]:
    if asked.answer is None:
        raise KeyError("this query is not answered")
    return asked.answer


def _content(result: dict[str, Any]) -> dict[str, Any]:
    """The fields of the message that a result becomes; one of a kind other than text shows its title."""
    content = result.get("input_message_content", {})
    text = content.get("message_text") or result.get("caption") or result.get("title") or result["type"]
    return {"text": text, "entities": content.get("entities") or None, "reply_markup": result.get("reply_markup")}

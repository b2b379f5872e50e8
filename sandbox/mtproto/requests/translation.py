"""messages.translateText: there is no translator here, so a text comes back with its new language in front."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions, types

from sandbox.mtproto.call import Call, Routes
from sandbox.mtproto.refusal import Refusal

LANGUAGES = frozenset({"az", "be", "de", "en", "es", "fr", "it", "kk", "pl", "pt", "ru", "tr", "uk"})
LIMIT = 20  # texts or messages of one request
routes = Routes()


@routes.on(functions.messages.TranslateTextRequest)
def translate(call: Call, request: Any) -> Any:
    """Texts, or posts of a channel by their ids."""
    if request.to_lang not in LANGUAGES:
        raise Refusal(400, "TO_LANG_INVALID")
    texts = [each.text for each in request.text or ()] if request.text else _posts(call, request)
    if len(texts) > LIMIT:
        raise Refusal(400, "INPUT_TEXT_TOO_LONG")
    if not texts or not all(texts):
        raise Refusal(400, "INPUT_TEXT_EMPTY")
    return types.messages.TranslateResult(
        [types.TextWithEntities(f"[{call.account and request.to_lang}] {text}", []) for text in texts]
    )


def _posts(call: Call, request: Any) -> list[str]:
    channel = call.view.find_channel(request.peer)
    found = [channel.posts.get(number) for number in request.id or ()]
    if None in found:
        raise Refusal(400, "MSG_ID_INVALID")
    return [post.text for post in found if post is not None]

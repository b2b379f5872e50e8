"""What Telegram finds in a text by itself: links, addresses, mentions, commands and tags.

github.com/tdlib/td, td/telegram/MessageEntity.cpp, find_entities
"""

import re
from collections.abc import Iterable

from sandbox.botapi.entity import Entity
from sandbox.botapi.utf16 import units

_DOMAINS = (
    "com org net info biz edu gov mil int io ai me tv cc co dev app xyz online site news media press live blog tech shop club "
    "agency care today world life center team space store pro name mobi tel aero museum travel eu uk us ca au nz ie de at ch fr "
    "it es pt nl be lu se no fi dk is pl cz sk hu ro bg gr rs si hr ba mk al md ua by ru su kz uz kg tj tm am az ge tr il ir iq "
    "ae sa qa in pk bd lk cn jp kr tw hk sg my th vn id ph mn br ar mx cl pe za ng ke eg ma tn lt lv ee to gl gg ly fm so la ws "
    "moscow рф рус укр бел бг срб дети москва онлайн сайт"
)
_NAMES = "|".join(sorted(_DOMAINS.split(), key=len, reverse=True))
_REST = r"(?:[/?#][^\s<>\"]*[^\s<>\"'.,;:!?)\]»])?"
_FOUND = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?!\w)")),
    ("url", re.compile(
        rf"(?:https?|tg|ton)://[^\s<>\"]*[^\s<>\"'.,;:!?)\]»]/?|(?<![\w@./])(?:[\w-]+\.)+(?:{_NAMES})(?![\w@])(?::\d{{1,5}})?{_REST}/?",
        re.IGNORECASE)),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*(?:@[A-Za-z0-9_]{3,32})?(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")),
)  # fmt: skip
_OPAQUE = ("code", "pre", "text_link", "text_mention", "url", "custom_emoji")


def detected(text: str, known: Iterable[Entity] = ()) -> list[Entity]:
    """The entities found outside of what is marked as code or a link, in no order."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in known if entity["type"] in _OPAQUE]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for hit in pattern.finditer(text):
            start = units(text[: hit.start()])
            end = start + units(hit[0])
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return found

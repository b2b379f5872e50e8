"""What channels do to a text that they take over."""

import random
import re
from collections.abc import Callable

_LOOKALIKES = str.maketrans("аеосрх", "aeocpx")
_EMOJI = "🔥⚡️❗️🤔😳💥"


def updated(text: str, _chance: random.Random) -> str:
    return text + "\n\nUPD: об этом сообщили и в пресс-службе, подробности уточняются."


def reworded(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = "иначе"
    return " ".join(words)


def signed(text: str, _chance: random.Random) -> str:
    return text + "\n\n👉 [Подписаться](https://t.me/copies) | [Прислать новость](https://t.me/copies_bot)"


def signed_in_words(text: str, _chance: random.Random) -> str:
    return text + "\n\nПодписывайтесь на нас, чтобы не пропустить главное"


def introduced(text: str, _chance: random.Random) -> str:
    return "Коллеги передают с места событий.\n\n" + text


def cut(text: str, chance: random.Random) -> str:
    """Without the last words: a quarter or a half of them."""
    words = text.split(" ")
    return " ".join(words[: max(1, int(len(words) * chance.choice((0.5, 0.75))))]) + "…"


def decorated(text: str, chance: random.Random) -> str:
    lines = (f"{chance.choice(_EMOJI)} {line}" if line.strip() else line for line in text.split("\n"))
    return "\n".join(lines)


def linked(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    place = chance.randrange(len(words))
    words[place] = f"[{words[place]}](https://example.org/{chance.randrange(10**6)})"
    return " ".join([*words, "https://t.me/copies/1"])


def requoted(text: str, _chance: random.Random) -> str:
    """Other quotes, dashes, spaces and letters for the same."""
    return (
        re.sub("[«»„“]", '"', text).replace("—", "-").replace("ё", "е").replace(", ", ",\u00a0").translate(_LOOKALIKES)
    )


def shouted(text: str, _chance: random.Random) -> str:
    first, _, rest = text.partition("\n")
    return f"**{first.upper()}**\n{rest}"


def shortened(text: str, chance: random.Random) -> str:
    """Without a sentence, if there are three."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    if len(sentences) > 2:
        del sentences[chance.randrange(len(sentences))]
    return " ".join(sentences)


EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    updated, reworded, signed, signed_in_words, introduced, cut, decorated, linked, requoted, shouted, shortened,
)  # fmt: skip

"""Texts as Telegram counts them: in UTF-16 code units."""


def units(text: str) -> int:
    """How many units a text takes."""
    return len(text) + sum(char > "\uffff" for char in text)


def part(text: str, offset: int, length: int) -> str:
    """The units [offset, offset + length) of a text; half a character becomes a replacement character."""
    raw = text.encode("utf-16-le", "surrogatepass")[offset * 2 : (offset + length) * 2]
    return raw.decode("utf-16-le", "replace")

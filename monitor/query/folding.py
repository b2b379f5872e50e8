"""One spelling for what people write in many: letter case, ё, Turkish i, apostrophes, invisible characters, look-alikes."""

import re
import unicodedata

from monitor.query.tokens import APOSTROPHES, INVISIBLE, PLAIN_LETTERS

PLAIN = re.compile(f"[{PLAIN_LETTERS}]+")
"""Most words: nothing else about them can differ than letter case and ё."""

_DROPPED = re.compile(f"[{INVISIBLE}\u0300\u0301\u0640\u064b-\u065f\u0670]")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_JOINT = re.compile(r"\*\*|__|~~|\|\|")  # marks of markdown
_DIGITS = {ord(digit): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(row)}
_LETTERS = _DIGITS | str.maketrans({"ё": "е", "ı": "i", "ي": "ی", "ك": "ک", "ى": "ی"})
_LATIN = "aceopxyiekmtbhə"
_CYRILLIC = "асеорхуіекмтвнә"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_HAS_LATIN = re.compile("[a-z]")
_HAS_CYRILLIC = re.compile("[\u0400-\u04ff]")


def fold(raw: str) -> str:
    """The token as it is looked up: NFKC, lower case, one apostrophe, one alphabet."""
    if PLAIN.fullmatch(raw):
        return raw.lower().replace("ё", "е")
    if raw[0].isalnum():
        raw = _JOINT.sub("", raw)
    if raw.isascii():
        return _APOSTROPHE.sub("'", raw.lower())
    if raw[0] == "№":
        return "№" + raw[1:].strip()
    text = unicodedata.normalize("NFD", raw) if "\u0301" in raw or "\u0300" in raw else raw
    text = unicodedata.normalize("NFKC", _DROPPED.sub("", text)).replace("İ", "i").lower()
    text = _APOSTROPHE.sub("'", text.replace("i\u0307", "i")).translate(_LETTERS)
    return _one_alphabet(text) if _HAS_LATIN.search(text) and _HAS_CYRILLIC.search(text) else text or raw


def _one_alphabet(text: str) -> str:
    """Letters of the rarer alphabet become their look-alikes, if each of them has one."""
    cyrillic = len(_HAS_CYRILLIC.findall(text))
    latin = len(_HAS_LATIN.findall(text))
    first, second = (_TO_CYRILLIC, _TO_LATIN) if cyrillic >= latin else (_TO_LATIN, _TO_CYRILLIC)
    for table in (first, second):
        changed = text.translate(table)
        if not (_HAS_LATIN.search(changed) and _HAS_CYRILLIC.search(changed)):
            return changed
    return text

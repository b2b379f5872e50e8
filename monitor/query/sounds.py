"""How the letters of a name sound: consonants as b C d f h J k l m n p r s S t v z, vowels as a e i o u.

What alphabets tell apart differently is one sound: г, х, h, q, ğ, kh and gh are h; ж, дж, j, zh and c are J; ц, ts and z are z.
"""

import re

_TURKIC = re.compile("[ҹәғһјөүҝқңұўҳҷ]")  # letters of the Cyrillic alphabets that Latin ones replaced
_TO_LATIN = str.maketrans(
    "абвгдежзийклмнопрстуфхцчшыэіҹәғһјөүҝқңұўҳҷ", "abvqdejziyklmnoprstufxsçşieicəğhyöügqnuuhc"
) | {ord("ь"): "", ord("ъ"): "", ord("ю"): "yu", ord("я"): "ya"}
_LETTERS = re.compile("[\u0400-\u04ff]")
_CYRILLIC = str.maketrans("абвгґдеєжзиіїйклмнопрстуфхцчшщыэюя", "abvhhdeeJziiiiklmnoprstufhzCSSieua", "ьъ'")
_LATIN = str.maketrans("əäöüyçşğgqxjcwčšž", "aaouiCShhhhJJvCSJ", "'")
_CYRILLIC_PAIRS = (("дж", "ж"), ("тс", "ц"), ("шч", "щ"))
_PAIR = re.compile("shch|şç|dzh|tsch|tch|sch|ch|sh|zh|kh|gh|ph|th|ck|dj|tz|ts|ou|oo|ee|ohn")
_LATIN_PAIRS = {
    "shch": "ş", "şç": "ş", "dzh": "j", "tsch": "ç", "tch": "ç", "sch": "ş", "ch": "ç", "sh": "ş", "zh": "j", "kh": "h",
    "gh": "h", "ph": "f", "th": "t", "ck": "k", "dj": "j", "tz": "z", "ts": "z", "ou": "u", "oo": "u", "ee": "i",
    "ohn": "on",
}  # fmt: skip
_ENDING = re.compile("[ieo](?:v|ff?)a?$|ow$")
_DOUBLE = re.compile(r"(.)\1+")


def is_cyrillic(name: str) -> bool:
    """Whether a folded name is in Cyrillic of Russia or Ukraine."""
    return _LETTERS.match(name) is not None and not _TURKIC.search(name)


def latin_of(name: str) -> str:
    """A folded name of an alphabet that Latin letters replaced, in these; any other as it is."""
    return name.translate(_TO_LATIN) if _TURKIC.search(name) else name


def sounds(name: str) -> str:
    """The sounds of a folded name; one ending for -ов, -ев, -ів, -ov, -yev, -off and their feminine."""
    if _LETTERS.match(name):
        for pair, letter in _CYRILLIC_PAIRS:
            name = name.replace(pair, letter)
        heard = name.translate(_CYRILLIC)
    else:
        heard = _PAIR.sub(lambda pair: _LATIN_PAIRS[pair[0]], name).translate(_LATIN)
    single = _DOUBLE.sub(r"\1", heard)
    return _ENDING.sub("ov", single) if len(heard) > 3 else single

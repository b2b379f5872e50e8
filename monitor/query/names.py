"""One key for all spellings of a name: Гасанов, Həsənov, Hasanov, Hasanoff; a coarse phonetic skeleton."""

import re

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "a", "є": "a", "ж": "j", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "o", "ф": "f", "х": "h", "ц": "ts", "ч": "C", "ш": "S", "щ": "S", "ъ": "", "ы": "i", "ь": "",
    "э": "a", "ю": "yo", "я": "ya", "ә": "a", "ғ": "h", "ҹ": "j", "ө": "o", "ү": "o", "ҝ": "h", "һ": "h", "қ": "k",
    "ў": "o", "ң": "n", "ё": "o",
    "e": "a", "ə": "a", "ä": "a", "ı": "i", "ö": "o", "ü": "o", "u": "o", "ç": "C", "ş": "S", "ğ": "h", "g": "h",
    "q": "h", "w": "v", "x": "h", "j": "j", "c": "j", "č": "C", "š": "S", "ž": "j", "'": "",
}  # fmt: skip
_DIGRAPHS = (
    ("shch", "S"), ("dzh", "j"), ("дж", "j"), ("tsch", "C"), ("tch", "C"), ("sch", "S"), ("ch", "C"), ("sh", "S"),
    ("zh", "j"), ("kh", "h"), ("gh", "h"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ks", "ks"), ("кс", "ks"),
    ("dj", "j"), ("tz", "ts"), ("ou", "o"), ("oo", "o"), ("ee", "i"), ("ff", "v"),
)  # fmt: skip
_DIGRAPH = re.compile("|".join(old for old, _ in _DIGRAPHS))
_DIGRAPH_TO = dict(_DIGRAPHS)
_DOUBLE = re.compile(r"(.)\1+")
_GLIDE = re.compile("y(?=[aoi])|(?<=[aoi])y")
_VOWELS = re.compile("([aoi])[aoi]+")


def skeletons(word: str) -> set[str]:
    """Phonetic keys of a folded word in its citation form; empty for what is too short to be a name."""
    variants = {word}
    if "q" in word:
        variants.add(word.replace("q", "k"))
    if "x" in word:
        variants.add(word.replace("x", "ks"))
    if "c" in word:
        variants.add(re.sub("c(?![hk])", "k", word))
    return {key for variant in variants if len(key := _skeleton(variant)) >= 3}


def _skeleton(word: str) -> str:
    sounds = _DIGRAPH.sub(lambda found: _DIGRAPH_TO[found[0]], word)
    sounds = "".join(_LETTERS.get(letter, letter) for letter in sounds)
    sounds = _DOUBLE.sub(r"\1", _GLIDE.sub("", sounds).replace("y", "i"))
    return _DOUBLE.sub(r"\1", _VOWELS.sub(r"\1", sounds))

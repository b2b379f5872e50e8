"""One key for a name in any alphabet: its consonants in classes that transliterations do not tell apart.

Ибрагимов, Ibragimov, İbrahimov and Ібрагімов share one; vowels go, because they differ most, and h, г and х fall together.
"""

import unicodedata
from functools import lru_cache

MIN_CONSONANTS = 3
_VOWELS = set("aeiouyəаеєиіїоуыэюяёьъй'’ʼ")
_DIGRAPHS = (
    ("shch", "s"),
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "c"),
    ("zh", "j"),
    ("kh", "g"),
    ("gh", "g"),
    ("dzh", "c"),
    ("дж", "c"),
    ("dj", "c"),
    ("ts", "z"),
)
_CLASSES = {
    **dict.fromkeys("ghgгґхxqğһҝ", "g"),
    **dict.fromkeys("sşшщсś", "s"),
    **dict.fromkeys("cçчҹ", "c"),
    **dict.fromkeys("jж", "j"),
    **dict.fromkeys("zзц", "z"),
    **dict.fromkeys("vwвfф", "v"),
    **dict.fromkeys("bб", "b"),
    **dict.fromkeys("dд", "d"),
    **dict.fromkeys("kк", "k"),
    **dict.fromkeys("lл", "l"),
    **dict.fromkeys("mм", "m"),
    **dict.fromkeys("nн", "n"),
    **dict.fromkeys("pп", "p"),
    **dict.fromkeys("rр", "r"),
    **dict.fromkeys("tт", "t"),
}
_SUFFIXES = ("undan", "ından", "indən", "ündən", "unda", "ında", "ində", "nun", "nın", "nin", "dan", "dən", "lar", "lər", "un", "ın", "in", "ün", "da", "də", "la", "lə", "a", "ə", "u", "ı", "i", "ü", "ні", "ові", "ом", "ым", "ой", "у", "е")  # fmt: skip


@lru_cache(100_000)
def skeleton(word: str) -> str | None:
    """The key of a folded name; None for one too short to be told from others."""
    text = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char) or char in "̧̆")
    text = unicodedata.normalize("NFC", text)
    for pair, sign in _DIGRAPHS:
        text = text.replace(pair, sign)
    letters = [_CLASSES[char] for char in text if char not in _VOWELS and char in _CLASSES]
    kept = [char for at, char in enumerate(letters) if at == 0 or char != letters[at - 1]]
    if len(kept) < MIN_CONSONANTS:
        return None
    return ("a" if text[0] in _VOWELS else "") + "".join(kept)


@lru_cache(100_000)
def skeletons(forms: frozenset[str]) -> frozenset[str]:
    """The keys of a word's forms, with and without the endings that Turkic languages add."""
    bare = {
        form.removesuffix(end)
        for form in forms
        for end in _SUFFIXES
        if form.endswith(end) and len(form) - len(end) >= 4
    }
    return frozenset(key for form in forms | bare if (key := skeleton(form)) is not None)

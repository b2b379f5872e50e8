"""Lemmas of Russian and Ukrainian words: both dictionaries together, and a rule for surnames that neither knows."""

import re
from typing import Any

from monitor.query.dictionaries import SAME, Reading, analyzer, dictionary

MAX_LETTERS = 40

_CASES = "а|у|ом|ем|ым|им|е|і|ой|ою|ы|и|ых|их|ыми|ими|ові|еві"
_SURNAME = re.compile(rf"(.{{2,}}(?:[оеє]в|[иіїы]н|[яу]нц))(?:{_CASES})?")
_ADJECTIVE = re.compile(r"(.{2,}[сцз]ь?к)(?:ий|ого|ому|им|ом|ая|ой|ую|ие|их|ими|а|у|ою|ої|ій|і|иє)")
_UKRAINIAN = re.compile("[іїєґ']")
_RUSSIAN = re.compile("[ыэъё]")
_LETTERS = re.compile("[\u0400-\u04ff]")


def is_cyrillic(word: str) -> bool:
    """Whether the folded word is written in Cyrillic."""
    return _LETTERS.match(word) is not None


def lemmas(word: str) -> set[str]:
    """Normal forms of a folded word, folded; never empty."""
    if len(word) > MAX_LETTERS:
        return {word}
    word = word.replace("ґ", "г")  # as many write it; the dictionary tries both
    russian, ukrainian = dictionary("ru").readings(word), dictionary("uk").readings(word)
    found = russian + ukrainian
    if not found:
        return _unknown(word)
    names: set[str] = set()
    if russian and all(one.is_name for one in found):  # «Суровикина» is known as a place only
        names = surname(word)
    elif not russian and not _UKRAINIAN.search(word) and (any(one.is_surname for one in found) or surname(word)):
        names = surname(word) | _predicted(word)  # «Залужного» and «Ярошева» are known to the Ukrainian dictionary only
    return names | {one.lemma(word) for one in _without_given_names(found, is_surname=bool(names))}


def wanted(word: str, *, is_capitalized: bool) -> set[str]:
    """What a folded word of a query stands for: «Песков» is a man, though sand has that form too, and «песков» may be either."""
    found = lemmas(word)
    return {word} if is_capitalized and len(found) > 1 and _is_surname(word) else found


def surname(word: str) -> set[str]:
    """The masculine nominative of a word that looks like a form of a surname, or nothing."""
    found = _ADJECTIVE.fullmatch(word)
    if found:
        return {found[1] + "ий"}
    found = _SURNAME.fullmatch(word)
    return {found[1]} if found else set()


def _is_surname(word: str) -> bool:
    """Whether the word is the masculine nominative of a surname."""
    found = _readings(word)
    if all(one.is_name for one in found) and word in surname(word):
        return True
    return any(one.is_surname and one.lemma(word) == word for one in found)


def _readings(word: str) -> list[Reading]:
    return dictionary("ru").readings(word) + dictionary("uk").readings(word)


def _without_given_names(found: list[Reading], *, is_surname: bool) -> list[Reading]:
    """«Ибрагимов» is the surname before it is many men called Ibrahim."""
    has_surname = is_surname or any(one.is_surname for one in found)
    return [one for one in found if not (has_surname and one.is_given_name_plural)]


def _unknown(word: str) -> set[str]:
    """What the endings suggest; «Асадов» is a surname before it is many men called Asad."""
    names = surname(word)
    others = _predicted(word) - names
    return names | {word} | {lemma for lemma in others if not (names and _is_name(lemma))}


def _is_name(lemma: str) -> bool:
    found = _readings(lemma)
    return bool(found) and all(one.is_name for one in found)


def _predicted(word: str) -> set[str]:
    """What words with such endings are forms of: in the language that has all its letters, or in both."""
    languages = [code for code, foreign in (("ru", _UKRAINIAN), ("uk", _RUSSIAN)) if not foreign.search(word)]
    parses: list[Any] = [parse for language in languages or ["ru"] for parse in analyzer(language).parse(word)]
    return {parse.normal_form.translate(SAME) for parse in parses}

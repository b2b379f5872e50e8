"""Lemmas of words in Latin letters: English by dictionary, Azerbaijani and Turkish by taking suffixes off."""

import re
from functools import cache

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy

from monitor.query.english import EnglishFactory

MAX_LETTERS = 40
MIN_STEM = 3

_PLURAL = re.compile("l[aəe]r$")
_POSSESSIVE = re.compile("(?:[iuüı]m[iuü]z|[iuü]n[iuü]z|m[iuü]z|n[iuü]z|s[iuü]|[iuü]m|[iuü]n|[iuü]|m|n)$")
_CASE = re.compile(
    "(?:n[dt][aəe]n?|[dt][aəe]n?|n[iuü]n|[iuü]n|[ny][iuüaəe]|[iuüaəe]|y?l[aəe]|ki|d[iuü]r|s[iuü]z|l[iuü](?:k|q|ğ)?)$"
)
_HARD = {"ğ": ("q", "k"), "y": ("k",), "b": ("p",), "c": ("ç",), "d": ("t",)}


def lemmas(word: str) -> set[str]:
    """What a folded word in a query stands for: itself and its English lemma."""
    return {word} if len(word) > MAX_LETTERS else {word, _english(word)}


def candidates(word: str) -> set[str]:
    """What a folded word in a post may be a form of: its lemmas, or all stems if it is no English word."""
    if len(word) > MAX_LETTERS:
        return {word}
    lemma = _english(word)
    is_english = lemma != word or word in _dictionary().words
    return {word, lemma} if is_english else stems(word)


def stems(word: str) -> set[str]:
    """Stems that a Turkic suffix chain (number, possessor, case) may leave, and their unsoftened variants."""
    plain, _, suffix = word.partition("'")
    layers = {plain} if suffix else {word}
    for suffixes in (_CASE, _POSSESSIVE, _PLURAL):
        layers |= {cut for stem in layers if len(cut := suffixes.sub("", stem)) >= MIN_STEM}
    hard = {stem[:-1] + last for stem in layers if stem != word for last in _HARD.get(stem[-1], ())}
    return layers | hard


@cache
def _dictionary() -> EnglishFactory:
    return EnglishFactory()


@cache
def _lemmatizer() -> Lemmatizer:
    """Its answers are cached by who asks."""
    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_dictionary()), cache_max_size=1)


def _english(word: str) -> str:
    lemma = _dictionary().words.get(word)
    return lemma.lower() if lemma else _lemmatizer().lemmatize(word, lang="en").lower()

"""Sets of standing queries, made of the words of real posts: each gives as many queries as asked for, always the same."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from monitor.query.analysis import analyze
from monitor.query.analyzer import word_keys
from monitor.query.tokens import TOKEN

HOT = ("в", "на", "не", "что")
NAMES, RARE, MIDDLING = 0.0002, 0.0005, 0.005  # share of the posts that a word stands in, in any form
_SHAPES = (
    *["{0}"] * 35, *["{0} {1}"] * 35,
    *['"{2}"'] * 15,
    *["{0} -{1}"] * 4, *["({0} | {1}) -{3}"] * 3, *["{0} {1} -({3} | {4})"] * 3,
    *["{5}*"] * 3, r"/\b{0}/", r"/{0}\s+\d+/",
)  # fmt: skip


class Words:
    """Words and neighbours of some texts, with the share of the texts that each word stands in, in any form."""

    def __init__(self, texts: list[str]) -> None:
        posts = Counter(key for text in texts for key in analyze(text).keys)
        tokens = [TOKEN.findall(text) for text in texts]
        self.all = sorted({raw for raws in tokens for raw in raws if raw.isalpha() and len(raw) > 3})
        self.shares = {raw: max(posts[key] for key in word_keys(raw)) / len(texts) for raw in self.all}
        self.pairs = [pair for raws in tokens for pair in pairwise(raws) if all(word in self.shares for word in pair)]


def any_word(words: Words, count: int) -> Iterator[str]:
    """Any word of the posts: hundreds of matches a post, which nobody could read."""
    return _mixed(words, 1, count)


def frequent(words: Words, count: int) -> Iterator[str]:
    """Words that stand in one post of two hundred at most."""
    return _mixed(words, MIDDLING, count)


def dense(words: Words, count: int) -> Iterator[str]:
    """Words that stand in one post of two thousand at most: a hundred matches a post at a million queries and more."""
    return _mixed(words, RARE, count)


def sparse(words: Words, count: int) -> Iterator[str]:
    """Words that stand in one post of five thousand: names, mostly."""
    return _mixed(words, NAMES, count)


def hot_without(words: Words, count: int) -> Iterator[str]:
    """One frequent word, and always another that must not be there."""
    return (f"на -{word}" for word in _endless(words.all, count))


def hot_with(words: Words, count: int) -> Iterator[str]:
    """One frequent word, and always another beside it."""
    return (f"на {word}" for word in _endless(words.all, count))


def hot_phrases(words: Words, count: int) -> Iterator[str]:
    """Phrases that begin with a frequent word."""
    return (f'"{HOT[number % len(HOT)]} {word}"' for number, word in enumerate(_endless(words.all, count)))


SETS: dict[str, Callable[[Words, int], Iterator[str]]] = {
    "dense": dense,
    "sparse": sparse,
    "frequent": frequent,
    "any word": any_word,
    "hot NOT x": hot_without,
    "hot x": hot_with,
    '"hot x"': hot_phrases,
}


def _mixed(words: Words, share: float, count: int) -> Iterator[str]:
    """70 % of one or two words, 15 % phrases, 10 % boolean with a NOT, 5 % prefixes and patterns."""
    chance = random.Random(1)
    vocabulary = [word for word in words.all if words.shares[word] <= share]
    pairs = [pair for pair in words.pairs if min(words.shares[word] for word in pair) <= share]
    for _ in range(count):
        one, two, three, four = chance.choices(vocabulary, k=4)
        pair = " ".join(chance.choice(pairs))
        yield chance.choice(_SHAPES).format(one, two, pair, three, four, one[: max(4, len(one) - 2)])


def _endless(words: list[str], count: int) -> Iterator[str]:
    """The words; when there are no more, the same with a number."""
    return (words[number % len(words)] + str(number // len(words) or "") for number in range(count))

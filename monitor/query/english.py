"""simplemma's English dictionary, laid out to be looked up in: its own answers, from one block of bytes."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from simplemma.strategies.dictionaries import frontcode
from simplemma.strategies.dictionaries.dictionary_factory import (
    DecodedStrMapping,
    DictionaryFactory,
    _read_decompressed,
)

_BLOCK = 64  # entries between two of which all the bytes are searched


ALSO = {
    form: lemma
    for line in (
        "bear bore born borne", "bend bent", "break broke", "drink drunk", "feel felt", "find found", "fall fell", "go gone",
        "leave left", "lie lay lain", "ring rang rung", "rise rose", "shake shook", "shoot shot", "swear swore sworn",
        "think thought", "win won", "leaf leaves", "life lives", "thief thieves",
        "half halves", "wife wives", "wolf wolves", "knife knives", "person people", "bad worse worst",
        "big bigger biggest", "hot hotter hottest",
    )
    for lemma, *forms in [line.split()]
    for form in forms
}  # fmt: skip
"""Lemmas that forms have beside the dictionary's: of a verb that is also a noun, of a plural, of a comparative."""


class English(DecodedStrMapping):
    """Form to lemma: sorted lines ``form<tab>lemma`` (no lemma if it is the form), and the first form of every block."""

    def __init__(self) -> None:
        data = _read_decompressed("en")
        self._is_reversed, self._count, position = frontcode._read_header(data)
        lines, self._firsts, self._starts = bytearray(b"\n"), list[bytes](), list[int]()
        for number, (_, form, lemma) in enumerate(frontcode._iter_records(data, position)):
            if number % _BLOCK == 0:
                self._firsts.append(form)
                self._starts.append(len(lines) - 1)
            lines += form + b"\t" + (b"" if lemma == form else lemma) + b"\n"
        self._starts.append(len(lines))
        self._lines = bytes(lines)

    def _lookup(self, key: str) -> str | None:
        form = self._turned(key.encode(errors="replace"))
        block = bisect_right(self._firsts, form) - 1
        start = -1 if block < 0 else self._lines.find(b"\n%b\t" % form, self._starts[block], self._starts[block + 1])
        if start < 0:
            return None
        start += len(form) + 2
        lemma = self._lines[start : self._lines.index(b"\n", start)]
        return self._turned(lemma).decode() if lemma else key

    def __iter__(self) -> Iterator[str]:
        return (self._turned(line.partition(b"\t")[0]).decode() for line in self._lines[1:-1].split(b"\n"))

    def __len__(self) -> int:
        return self._count

    def _turned(self, letters: bytes) -> bytes:
        return letters[::-1] if self._is_reversed else letters


class EnglishFactory(DictionaryFactory):
    """Hands simplemma's strategies the dictionary above, whatever language they ask for."""

    def __init__(self) -> None:
        self.words = English()

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """The English dictionary."""
        return self.words

"""A text as patterns look at it: in one letter case, in bytes, at the edges of its words."""

from functools import cached_property

from monitor.query.notation import Follower


class Haystack:
    """A text as patterns are asked about it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def encoded(self) -> bytes:
        """In UTF-8; half a character of UTF-16, which JSON may hold, is none."""
        return self.text.encode(errors="replace")

    @cached_property
    def folded(self) -> str | None:
        """In one letter case, character by character; None where a character becomes two, as ß does."""
        folded = self.text.casefold()
        return folded if len(folded) == len(self.text) else None

    def byte(self, at: int) -> int:
        """Where a character begins in `encoded`."""
        return len(self.text[:at].encode(errors="replace"))


def follows(text: str, at: int, followers: tuple[Follower, ...]) -> bool:
    """Whether the characters from here on are of these kinds."""
    for is_kind, several in followers:
        begin = at
        while at < len(text) and is_kind(text[at]) and (several or at == begin):
            at += 1
        if at == begin:
            return False
    return True


def is_edge(text: str, at: int) -> bool:
    """Whether a word begins or ends between the character before `at` and the one there."""
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    after = at < len(text) and (text[at].isalnum() or text[at] == "_")
    return before != after


def parts_words(encoded: bytes, at: int) -> bool:
    """The same for a byte of UTF-8, where a character has four bytes at most."""
    before = encoded[max(0, at - 4) : at].decode(errors="ignore")[-1:]
    return is_edge(before + encoded[at : at + 4].decode(errors="ignore")[:1], len(before))

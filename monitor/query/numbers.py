"""One spelling for numbers: 1 000 000, 1,000,000 and 1000000; 5 % and 5%; № 5 and №5; 24/7."""

import re

_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_SPACES = re.compile(r"[\s'\u00a0\u202f]+")
_BETWEEN = re.compile("[.,:/]")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")


def written(form: str) -> list[str]:
    """What a number in a post is found by: itself with its sign and without, and what a date, a time or a ratio is made of."""
    whole = _SPACES.sub("", form)
    bare = whole.lstrip("№").rstrip("%")
    parts = [] if _DECIMAL.fullmatch(bare) or _GROUPED.fullmatch(bare) else _BETWEEN.split(bare)
    return [whole.replace(",", "."), *_spellings(bare), *parts]


def wanted(form: str) -> list[str]:
    """What a number in a query asks for; its sign counts: 5% is not 5."""
    whole = _SPACES.sub("", form)
    return [whole.replace(",", ".")] if whole[0] == "№" or whole[-1] == "%" else _spellings(whole)


def _spellings(bare: str) -> list[str]:
    joined = _BETWEEN.sub("", bare) if _GROUPED.fullmatch(bare) else bare
    return list(dict.fromkeys((bare.replace(",", "."), joined)))

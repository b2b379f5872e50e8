"""From a token to its keys: the same for posts and for queries, whatever language they are in.

A key is a string whose first character names its kind:

- ``l`` a lemma or stem (``lарест``): what a plain word is compared by;
- ``e`` the folded form (``eарестом``): ``=word`` and prefixes;
- ``n`` how a capitalised word sounds (``nCAbrhmv``): ``~name``, whatever the letter case of the query;
- ``s`` #tag, @name, $TICKER, number, link (host, host and path), sign: as written, folded.

A token that is made of words (#ВыборыПрезидента, ковид19, 2024г) has their keys too.

The archive's index holds these keys; when what they are changes, so must KEYS_VERSION, and the archive is indexed anew.
"""

import re
from functools import lru_cache

from monitor.query import cyrillic, latin, names, numbers
from monitor.query.folding import fold
from monitor.query.remembering import Remembered

KEYS_VERSION = 4
CACHED_WORDS = 120_000
MAX_KEY = 60  # characters
MIN_PART = 3  # letters of a word inside a token
MAX_TOKENS = 20_000  # of one text; a post of Telegram has 4,096 characters

_RUN = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-zа-яёіїєґəöüğşçı])(?=[A-ZА-ЯЁІЇЄҐƏÖÜĞŞÇİ])")


def _post_keys(raw: str) -> tuple[str, ...]:
    form = fold(raw)
    keys = _post_word(raw, form) if form.isalpha() else _post_other(raw, form)
    return tuple(dict.fromkeys(key[:MAX_KEY] for key in keys))


post_keys = Remembered(_post_keys, CACHED_WORDS).__getitem__
"""Every key of one token of a post."""


@lru_cache(maxsize=CACHED_WORDS)
def word_keys(raw: str) -> frozenset[str]:
    """Keys of which a post's token needs one to be this word of a query in some form."""
    form = fold(raw)
    kind = kind_of(form)
    if kind == "number":
        return frozenset(f"s{number}"[:MAX_KEY] for number in numbers.wanted(form))
    if kind != "word":
        return frozenset({f"l{form}" if kind == "mixed" else _written(form)})
    if cyrillic.is_cyrillic(form):
        found = cyrillic.wanted(form, is_capitalized=raw[:1].isupper() and raw[1:].islower())
    else:
        found = latin.wanted(form)
    return frozenset(f"l{lemma}"[:MAX_KEY] for lemma in found)


def form_keys(raw: str) -> frozenset[str]:
    """Keys of this token in exactly this form."""
    form = fold(raw)
    return frozenset({f"e{form}"[:MAX_KEY]}) if kind_of(form) in ("word", "mixed") else word_keys(raw)


def name_keys(raw: str) -> frozenset[str]:
    """Keys of which a post's token needs one to be this name in some spelling; its lemma if it is too short."""
    form = fold(raw)
    lemmas = cyrillic.lemmas(form) if cyrillic.is_cyrillic(form) else latin.wanted(form)
    keys = {f"n{key}"[:MAX_KEY] for lemma in lemmas for key in names.wanted(lemma)}
    return frozenset(keys) or word_keys(raw)


def link_keys(address: str) -> tuple[str, ...]:
    """Keys of an address that stands behind a text."""
    return _link(address.lower())


def kind_of(form: str) -> str:
    """What a folded token is: "word", "mixed" (letters and digits), "number", "tag" (#, @, $), "link" or "sign"."""
    if form[0] in "#@$":
        return "tag"
    has_letter = any(map(str.isalpha, form))
    if "." in form and has_letter:
        return "link"
    if not has_letter:
        return "number" if any(map(str.isdigit, form)) else "sign"
    return "mixed" if any(map(str.isdigit, form)) else "word"


def _post_word(raw: str, form: str) -> list[str]:
    is_cyrillic = cyrillic.is_cyrillic(form)
    lemmas = cyrillic.lemmas(form) if is_cyrillic else latin.candidates(form)
    keys = [f"e{form}", *(f"l{lemma}" for lemma in sorted(lemmas))]
    if raw[0].isupper():
        spelt = lemmas if is_cyrillic else latin.names(form)
        keys += (f"n{key}" for key in sorted(set().union(*map(names.skeletons, spelt))))
    return keys


def _post_other(raw: str, form: str) -> list[str]:
    kind = kind_of(form)
    if kind == "word":
        return _post_word(raw, form)
    if kind == "number":
        return [f"s{number}" for number in numbers.written(form)]
    if kind == "link":
        return list(_link(form))
    keys = [f"e{form}", f"l{form}"] if kind == "mixed" else [f"s{form}"]
    return keys if form[0] == "@" else keys + [key for part in _parts(raw) for key in post_keys(part)]


def _parts(raw: str) -> list[str]:
    """The words and numbers in a token that is made of several: #ВыборыПрезидента_2024, ковид19; none of a token that is one."""
    runs = _RUN.findall(raw)
    found = dict.fromkeys([*runs, *(part for run in runs for part in _CAMEL.split(run))])
    return [part for part in found if part != raw and (len(part) >= MIN_PART or part.isdigit())]


def _written(form: str) -> str:
    return _link(form)[0] if kind_of(form) == "link" else f"s{form}"[:MAX_KEY]


def _link(form: str) -> tuple[str, ...]:
    """The whole address first, then its host, its parents, and the host with the first part of the path."""
    address = form.split("://")[-1].removeprefix("www.").rstrip("/.,;:!?)]}'")
    host, _, path = address.partition("/")
    labels = host.split(".")
    hosts = (".".join(labels[start:]) for start in range(len(labels) - 1))
    first = (f"{host}/{path.split('/')[0].split('?')[0]}",) if path else ()
    keys = [f"s{key}"[:MAX_KEY] for key in (address, host, *hosts, *first)]
    words = [] if "://" in form or path else [key for label in labels for key in (f"e{label}", f"l{label}")]
    return tuple(dict.fromkeys(keys + [key[:MAX_KEY] for key in words]))

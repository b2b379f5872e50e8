"""Where the tokens of a text are; linear in the text, whatever the text."""

import re

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff"
APOSTROPHES = "'’ʼ`´‘ʹ＇"
PLAIN_LETTERS = "А-яЁёІіЇїЄєҐґ"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670\u093a-\u094f\u0e31-\u0e4e"
_IDEOGRAMS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = rf"[^\W_{_IDEOGRAMS}]"
_JOIN = rf"[{INVISIBLE}{_MARKS}{APOSTROPHES}]|\*\*|__|~~|\|\|"
_GROUP = r"[ \u00a0\u202f'’]"  # what stands between thousands

LINK = r"https?://[^\s<>\"»]{1,2000}|(?<![\w@.])(?:[a-zA-Z0-9-]{1,63}\.){1,6}[a-zA-Z]{2,24}(?![\w])(?:/[^\s<>\"»]{0,2000})?"
TAG = r"(?<!\w)(?:#(?=\w*[^\W\d_])|[@$](?=[a-zA-Z]))\w+"
NUMBER = rf"(?<![\w.,])(?:№\s?)?(?:[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+(?![0-9])|[0-9]+(?:[.,:/][0-9]+)*)(?:\s?%)?(?!{_LETTER}|_)"
WORD = rf"{_LETTER}+(?:(?:{_JOIN}){{1,8}}{_LETTER}+)*"
PLAIN = (
    rf"[\u0400-\u0481\u048a-\u04ff]++(?![\w{INVISIBLE}{_MARKS}{APOSTROPHES}*~|])"  # most words; tried first for speed
)
MIXED = re.compile(rf"[{PLAIN_LETTERS}][^\W\d_{PLAIN_LETTERS}]")
"""Where other letters follow those of most words."""
SIGN = rf"[{_IDEOGRAMS}]|[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"

# The group is the token; what stands behind it is taken along, since nothing begins with it and searching there is dear.
OTHERS = (LINK, TAG, NUMBER, WORD, SIGN)
AFTER = r"[ ,.\n]*+"
TOKEN = re.compile(f"({'|'.join((PLAIN, *OTHERS))}){AFTER}")

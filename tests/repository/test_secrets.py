"""No tracked file holds a secret, the address of a registry, or a path of somebody's machine."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "a bot token": r"\b\d{8,12}:[A-Za-z0-9_-]{35}\b",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n",
    "a Telethon string session": r"\b1[A-Za-z0-9_-]{351,353}=",
    "something sealed": r"\bgAAAAA[A-Za-z0-9_-]{60,}",
    "a key of a cloud": r"\b(?:AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9]{32,})\b",
    "a password in a url": r"""://[^\s:/@"']+:(?=[^@\s]*\d)[!-~]{8,}?@""",  # examples use words
    "the address of a registry": r"(?:index|find-links|registry)[-_]?url\b.{0,20}https?://|https?://(?:files\.)?(?:pypi|pythonhosted|registry)\.",
    "a path of a machine": r"/(?:home|Users)/[a-z][\w-]*/|/work/wt/|/work/main",
}
EXAMPLES = ("123456789:AAF-abcdefghijklmnopqrstuvwxyz01234", "dozor:pass%40word@host")
"""What tests write that only looks like a secret."""


def tracked() -> Iterator[Path]:
    """The files of the repository; without git those that lie where it would be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is not a git repository")
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            yield path


def found(text: str) -> list[str]:
    """What is forbidden in the text, by name."""
    for example in EXAMPLES:
        text = text.replace(example, "")
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def test_no_file_holds_what_nobody_else_may_see() -> None:
    scanned = 0
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        scanned += 1
        assert found(text) == [], path.relative_to(ROOT)
    assert scanned > 100


def test_no_session_database_or_key_is_tracked() -> None:
    private = {".session", ".db", ".pem", ".key", ".sqlite", ".env"}
    assert [path.name for path in tracked() if path.suffix in private or path.name in {"config.toml", ".env"}] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("token = '9876543210:" + "AAE" + "x" * 32 + "'", "a bot token"),
        ("-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE", "a private key"),
        ("1" + "BVtsO" * 70 + "aa=", "a Telethon string session"),
        ("sealed:" + "gAAAAA" + "Bk" * 40, "something sealed"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "a key of a cloud"),
        ("postgresql://dozor:" + "Tr0ub4dor@db/dozor", "a password in a url"),
        ("--index-url " + "https://mirror.example/simple", "the address of a registry"),
        ("/home/" + "leyla/dozor", "a path of a machine"),
    ],
)
def test_each_kind_would_be_seen(text: str, name: str) -> None:
    assert found(text) == [name]

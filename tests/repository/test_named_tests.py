"""Every test that a document names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:python -m )?(tests[/.][\w./]+)")


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_every_test_that_is_named_is_there(document: Path) -> None:
    for name in NAMED.findall(document.read_text()):
        path = ROOT / (name if "/" in name else name.replace(".", "/"))
        assert path.exists() or path.with_suffix(".py").exists(), name

"""What is made of an audit's report (the format is pip-audit's `--format json`)."""

import json
import sys

import pytest

from tests import audit


def report(*weaknesses: dict[str, object]) -> str:
    return json.dumps(
        {"dependencies": [{"name": "aiohttp", "version": "3.14.5", "vulns": list(weaknesses)}], "fixes": []}
    )


def test_a_known_weakness_fails_and_is_named_with_what_mends_it() -> None:
    code, sentence = audit.verdict(report({"id": "PYSEC-2026-1", "fix_versions": ["3.14.6"]}))
    assert (code, sentence) == (1, "aiohttp 3.14.5: PYSEC-2026-1, mended in 3.14.6")


def test_no_weakness_is_said() -> None:
    assert audit.verdict(report()) == (0, "1 dependencies, none known to be weak.")


def test_without_a_report_nothing_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert audit.main() == 0
    assert "Not audited" in capsys.readouterr().out

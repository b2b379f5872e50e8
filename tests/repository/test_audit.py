"""What is made of an audit's report (the format is pip-audit's `--format json`), and what CI makes of that."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import audit

CI = Path(__file__).parents[2] / ".ci" / "run"
WEAKNESS = {"id": "PYSEC-2026-1", "fix_versions": ["3.14.6"]}


def dependency(*weaknesses: dict[str, object], name: str = "aiohttp") -> dict[str, Any]:
    return {"name": name, "version": "3.14.5", "vulns": list(weaknesses)}


def skipped(name: str = "pyaes") -> dict[str, Any]:
    return {"name": name, "skip_reason": f"Dependency not found on PyPI and could not be audited: {name} (1.6.1)"}


def report(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_known_weakness_fails_and_is_named_with_what_mends_it() -> None:
    code, sentence = audit.verdict(report(dependency(WEAKNESS), skipped()))
    assert code == 1
    assert sentence.splitlines()[1:] == ["aiohttp 3.14.5: PYSEC-2026-1, mended in 3.14.6"]


def test_a_weakness_that_is_none_for_us_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit.ACCEPTED, "PYSEC-2026-1", "the parser is not used")
    assert audit.verdict(report(dependency(WEAKNESS)))[0] == 0


def test_no_weakness_is_said() -> None:
    assert audit.verdict(report(dependency())) == (0, "1 dependencies, none known to be weak.")


@pytest.mark.parametrize("given", ["", report(), report(skipped()), report(skipped(), dependency(name="other"))])
def test_what_was_not_looked_at_is_not_called_clean(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "report", lambda: given)
    assert audit.main([]) == 2
    assert audit.main(["--if-reachable"]) == 0
    assert capsys.readouterr().out.count("NOT AUDITED") == 2


def test_without_pip_audit_there_is_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("/bin/false", "/nowhere/pip-audit"):
        monkeypatch.setattr(audit, "PROGRAM", Path(missing))
        assert audit.report() == ""


@pytest.mark.parametrize(
    ("fails", "code", "said"),
    [
        ("", 0, ["check", "audit ARGS=--if-reachable", "test"]),
        ("audit", 1, ["check", "audit ARGS=--if-reachable", "test"]),
        ("check", 1, ["check"]),
        ("test", 1, ["check", "audit ARGS=--if-reachable", "test"]),
    ],
)
def test_ci_runs_the_tests_whatever_the_audit_says_and_fails_by_either(
    tmp_path: Path, fails: str, code: int, said: list[str]
) -> None:
    for name in ("make", "chromium"):
        (tmp_path / name).write_text('#!/bin/sh\necho "$@"\ntest "$1" != "$FAILS"\n')
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "FAILS": fails}
    ran = subprocess.run([CI], env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.splitlines()) == (code, said)

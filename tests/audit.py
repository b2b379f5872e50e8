"""`make audit`: known weaknesses in what the program is made of, by pip-audit (PyPA), which asks PyPI for its advisories.

Exit code 0: all were looked at, and none is known to be weak; 1: one is; 2: nothing can be said, since the advisories cannot be
reached or do not know what we use. With `--if-reachable`, for CI, that is said too, and is 0.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "deploy" / "requirements.lock"
PROGRAM = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
PATIENCE_S = 120
ACCEPTED: dict[str, str] = {}
"""Weaknesses that the program does not have, though what it is made of does: id → why."""

CLEAN, WEAK, UNKNOWN = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Audit the pinned dependencies, and say what came of it."""
    parser = ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--if-reachable", action="store_true", help="it is no failure that nothing can be said")
    options = parser.parse_args(arguments)
    code, sentence = verdict(report())
    sys.stdout.write(f"{sentence}\n")
    return CLEAN if code == UNKNOWN and options.if_reachable else code


def report(*options: str) -> str:
    """What pip-audit writes; nothing where it cannot."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [str(PROGRAM), "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
        command += ["--progress-spinner", "off", "--format", "json", "--output", str(file), *options]
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE_S)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return file.read_text() if file.is_file() else ""


def verdict(report: str) -> tuple[int, str]:
    """What pip-audit's report comes to: an exit code, and what there is to say."""
    known = json.loads(report)["dependencies"] if report else []
    skipped = [each["name"] for each in known if "skip_reason" in each]
    weak = [
        f"{each['name']} {each['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'none'}"
        for each in known
        for one in each.get("vulns", [])
        if one["id"] not in ACCEPTED
    ]
    if weak:
        return WEAK, "\n".join(["KNOWN WEAKNESSES in deploy/requirements.lock:", *weak])
    if not known:
        return UNKNOWN, "NOT AUDITED: pip-audit is missing, or no advisories can be reached."
    if skipped:
        return UNKNOWN, f"NOT AUDITED: no advisories are told of {len(skipped)} of {len(known)} dependencies."
    return CLEAN, f"{len(known)} dependencies, none known to be weak."


if __name__ == "__main__":
    sys.exit(main())

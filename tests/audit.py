"""`make audit`: known weaknesses in what the program is made of, by pip-audit (PyPA), which asks the network.

Without a network, or without pip-audit, there is nothing to say, which is no failure: nothing else may depend on it.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LOCK = Path(__file__).parents[1] / "deploy" / "requirements.lock"
PATIENCE_S = 300


def main() -> int:
    """Audit the pinned dependencies; 1 if one is known to be weak."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
        options = ["--progress-spinner", "off", "--format", "json", "--output", str(report)]
        try:
            subprocess.run([*command, *options], capture_output=True, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            print("Not audited: the network is too slow.")
            return 0
        code, sentence = verdict(report.read_text() if report.is_file() else "")
    print(sentence)
    return code


def verdict(report: str) -> tuple[int, str]:
    """What pip-audit's report comes to: an exit code, and what there is to say."""
    if not report:
        return 0, "Not audited: pip-audit is missing or the network is away."
    known = json.loads(report)["dependencies"]
    weak = [(each["name"], each["version"], one) for each in known for one in each.get("vulns", [])]
    lines = [
        f"{name} {version}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'none'}"
        for name, version, one in weak
    ]
    return (1, "\n".join(lines)) if weak else (0, f"{len(known)} dependencies, none known to be weak.")


if __name__ == "__main__":
    sys.exit(main())

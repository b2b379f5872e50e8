"""`make soak`: a long run; the same seed does the same."""

import asyncio
import secrets
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tests.soak.run import DisagreementError, Plan, soak


def _plan() -> Plan:
    parser = ArgumentParser(prog="make soak ARGS=…", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--channels", type=int, default=50)
    parser.add_argument("--accounts", type=int, default=3)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pauses", type=int, default=10)
    parser.add_argument(
        "--patience", type=float, default=300, dest="patience_s", help="seconds of peace at the longest"
    )
    options = vars(parser.parse_args())
    options["seed"] = secrets.randbelow(1_000_000) if options["seed"] is None else options["seed"]
    return Plan(**options)


def main() -> int:
    plan = _plan()
    sys.stdout.write(f"{plan}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="dozor-soak-") as folder:
        try:
            asyncio.run(soak(Path(folder), plan))
        except DisagreementError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write("What is stored is what was posted.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The program as its next version would be, with the versions of the schema in a folder: `python -m tests.soak.newer FOLDER …`."""

import sys
from pathlib import Path

from bot.__main__ import main
from monitor import migration

migration.FOLDER = Path(sys.argv[1])

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))

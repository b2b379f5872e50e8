"""`make bench ARGS=POSTS.jsonl`: every figure, on the posts of a JSONL file."""

import subprocess
import sys

if __name__ == "__main__":
    for part in (
        "recall",
        "language",
        "query",
        "search",
        "proposals",
        "stories",
        "delivery",
        "crowd",
        "queue",
        "commands",
        "coverage",
        "importing",
        "expiry",
        "replay",
        "keeping",
    ):
        print(f"== {part}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{part}", *sys.argv[1:2]], check=True)

"""`make fuzz [ARGS="--seconds 60 --only query"]`: the tests of this folder, led by atheris into what they have not reached.

Each target is a test's own `fuzz_one_input` (hypothesis.readthedocs.io, "Use with external fuzzers"), in a process of its own.
What was found is printed as the test would have failed; inputs that take longer than ten seconds count as found, too.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from tempfile import gettempdir

from tests.fuzz.bounded import SLOW_S

TARGETS: dict[str, tuple[str, str]] = {
    "query": ("tests.fuzz.test_texts", "test_any_text_is_a_query_or_the_error_says_where_it_is_none"),
    "analyzer": ("tests.fuzz.test_texts", "test_any_text_has_tokens_that_lie_within_it"),
    "lines": ("tests.fuzz.test_texts", "test_any_line_is_a_post_or_the_error_names_the_line"),
    "messages": ("tests.fuzz.test_texts", "test_any_message_of_an_export_is_a_post_or_none_or_unreadable"),
    "export": ("tests.fuzz.test_texts", "test_an_export_with_any_bytes_in_it_is_read_or_refused"),
    "converter": ("tests.fuzz.test_telegram", "test_any_message_of_a_channel_becomes_a_post_that_can_be_stored"),
    "callbacks": ("tests.fuzz.test_telegram", "test_any_button_is_answered_without_a_fault"),
    "commands": ("tests.fuzz.test_telegram", "test_any_words_are_answered_without_a_fault"),
    "updates": ("tests.fuzz.test_telegram", "test_any_update_is_read_or_left_out"),
}


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["monitor", "bot"]):  # what is imported before is not looked into
        target = one_input(name)
    atheris.Setup(
        [
            sys.argv[0],
            f"-artifact_prefix={gettempdir()}/",
            f"-max_total_time={seconds}",
            f"-timeout={SLOW_S}",
            "-max_len=4096",
        ],
        target,
    )
    atheris.Fuzz()


def one_input(name: str) -> Callable[[bytes], object]:
    """What takes the bytes of one attempt."""
    module, test = TARGETS[name]
    function = getattr(import_module(module), test)
    one: Callable[[bytes], object] = function.hypothesis.fuzz_one_input
    return one


def main() -> int:
    """Exit 0 only if nothing was found."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--here", choices=TARGETS, help="fuzz in this process")
    options = parser.parse_args()
    if options.here:
        fuzz(options.here, options.seconds)
    found = []
    for name in [options.only] if options.only else TARGETS:
        command = [sys.executable, "-m", "tests.fuzz", "--here", name, "--seconds", str(options.seconds)]
        if subprocess.run(command, check=False).returncode:
            found.append(name)
    print(f"found: {', '.join(found) or 'nothing'}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

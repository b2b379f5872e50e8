"""Processes beside the program, which are of no use to anybody when it has gone."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

SetUp = Callable[[], None]
"""What a new process calls first, such as to log like the program; it is handed over by pickling."""


def end_with_parent() -> None:
    """Have this process end with the one that began it, also if that was killed; Ctrl-C is meant for that one alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end, daemon=True).start()


def _end() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)

"""A process of one's own that is of no use to anybody when the one that began it has gone."""

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """Have this process end with the one that began it, also if that was killed."""
    threading.Thread(target=_end, daemon=True).start()


def _end() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)

"""Faults: one switchboard of everything that goes wrong on purpose, for both halves of the sandbox."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

MTPROTO_KINDS = frozenset(
    {
        "flood_wait",
        "rpc_error",
        "lost_pushes",
        "late_pushes",
        "repeated_pushes",
        "too_long_gap",
        "cut_connection",
        "no_answer",
        "file_reference_expired",
    }
)
BOT_API_KINDS = frozenset({"too_many_requests", "server_error", "timeout_before", "timeout_after"})


@dataclass(slots=True)
class Fault:
    """One prepared failure. `times` None: until cleared. `method` None: any. `detail` holds seconds, code, message…"""

    kind: str
    method: str | None = None
    times: int | None = 1
    probability: float = 1.0
    detail: dict[str, Any] = field(default_factory=dict)


class Faults:
    """Prepared failures in the order they were added. `clock_skew` shifts the MTProto server's time."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._waiting: list[Fault] = []
        self.clock_skew = timedelta(0)

    def add(
        self,
        kind: str,
        *,
        method: str | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        **detail: Any,
    ) -> Fault:
        """Prepares a failure, for example `add("flood_wait", method="messages.getHistory", seconds=3)`.

        For pushes and too_long_gap `method` is a channel's username; late_pushes come `seconds` later. A session is
        revoked, seen from outside, by `add("rpc_error", times=None, code=401, message="AUTH_KEY_UNREGISTERED")`.
        ValueError for an unknown kind, so that a typo does not make a test pass.
        """
        if kind not in MTPROTO_KINDS | BOT_API_KINDS:
            raise ValueError(f"unknown kind of fault: {kind}")
        fault = Fault(kind, method, times, probability, detail)
        self._waiting.append(fault)
        return fault

    def take(self, kind: str, method: str | None = None) -> Fault | None:
        """The failure due now, counted off; None if there is none."""
        for fault in self._waiting:
            if fault.kind == kind and fault.method in (None, method):
                return fault if self._strikes(fault) else None
        return None

    def clear(self, kind: str | None = None) -> None:
        """Forgets what is prepared, all of it or one kind."""
        self._waiting = [fault for fault in self._waiting if kind not in (None, fault.kind)]

    def waiting(self) -> tuple[Fault, ...]:
        """What is prepared and has not struck yet."""
        return tuple(self._waiting)

    def _strikes(self, fault: Fault) -> bool:
        if self._random.random() >= fault.probability:
            return False
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return True

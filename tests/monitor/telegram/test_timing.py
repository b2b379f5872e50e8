"""Sweeps at moments that nobody can tell in advance, and never too many requests for it."""

from random import Random

import pytest

from monitor.telegram.timing import Timing, jittered

SEEDS = range(200)


def sweeps(seed: int, count: int = 10) -> list[float]:
    timing, random = Timing(), Random(seed)
    waits = [jittered(timing.sweep_s, timing.health_s, random) for _ in range(count)]
    return [sum(waits[: number + 1]) for number in range(count)]


def test_accounts_that_began_together_do_not_sweep_together() -> None:
    moments = [sweeps(seed)[-1] for seed in SEEDS]
    assert max(moments) - min(moments) > Timing().sweep_s
    assert len({int(moment) for moment in moments}) > len(SEEDS) / 4
    assert sum(moments) / len(moments) == pytest.approx(10 * Timing().sweep_s, rel=0.05)


def test_a_sweep_comes_just_after_a_health_request_would_so_that_it_takes_its_place() -> None:
    timing, random = Timing(), Random(7)
    for _ in range(1000):
        after = jittered(timing.sweep_s, timing.health_s, random) % timing.health_s
        assert 0 < after < timing.health_s / 12  # for which the health request waits


@pytest.mark.parametrize("every_s", [0.3, 1, 30, 182, 3600])
def test_whatever_the_setting_a_sweep_is_never_due_at_once_nor_forgotten(every_s: float) -> None:
    random = Random(1)
    waits = [jittered(every_s, 60, random) for _ in range(1000)]
    assert every_s / 2 < min(waits) < max(waits) < 1.5 * every_s

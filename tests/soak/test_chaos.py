"""A short chaos around several processes; `make soak` makes a long one."""

import secrets
from pathlib import Path

import pytest

from tests.soak.chaos import Plan, run


@pytest.mark.timeout(300)
async def test_whatever_fails_among_several_processes_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    plan = Plan(secrets.randbelow(1_000_000), rounds=3, recovery_s=60)
    print(plan)
    print(await run(tmp_path, plan))

"""A short storm; `make soak` runs long ones."""

import secrets
from pathlib import Path

from tests.soak.run import Plan, soak


async def test_after_a_storm_what_is_stored_is_what_was_posted(tmp_path: Path) -> None:
    plan = Plan(seed=secrets.randbelow(1_000_000), channels=5, accounts=2, events=300, kills=2, life_s=3, silence=False)
    print(plan)
    await soak(tmp_path, plan)

"""A short storm around the relay; `make soak` makes a long one."""

import secrets
from pathlib import Path

import pytest

from tests.soak.deliveries import Plan, storm


@pytest.mark.timeout(300)
async def test_whatever_goes_wrong_all_that_is_owed_arrives_in_order(tmp_path: Path) -> None:
    seed = secrets.randbelow(1_000_000)
    plan = Plan(seed, chats=40, alerts=4, kills=2, joined_from=(3, 1000)[seed % 2], patience_s=100)
    print(plan)
    print(await storm(tmp_path, plan))

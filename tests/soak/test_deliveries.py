"""A short storm around the relay; `python -m tests.soak.deliveries` makes long ones."""

import secrets
from pathlib import Path

import pytest

from tests.soak.deliveries import Plan, storm


@pytest.mark.parametrize("joined_from", [3, 1000])
async def test_whatever_goes_wrong_all_that_is_owed_arrives_in_order(tmp_path: Path, joined_from: int) -> None:
    plan = Plan(secrets.randbelow(1_000_000), chats=60, alerts=5, kills=3, joined_from=joined_from, patience_s=100)
    print(plan)
    print(await storm(tmp_path, plan))

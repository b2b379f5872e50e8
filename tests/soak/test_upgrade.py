"""A short upgrade under load; `make soak` makes whole ones."""

from pathlib import Path

import pytest

from tests.soak.upgrade import run


@pytest.mark.timeout(300)
async def test_an_upgrade_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    print(await run(tmp_path, pause_s=60, replaced=("relay1", "listener")))

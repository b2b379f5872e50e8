"""Replay over HTTP into a running sandbox."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.replay import Replay, ReplayError
from sandbox.telegram import Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


async def test_a_replay_carries_what_a_line_says(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    lines: list[dict[str, Any]] = [
        {"id": 7, "date": "2025-07-01T09:00:01+00:00", "text": "вторая", "media": "photo", "grouped_id": 5, "views": 9},
        {"id": 3, "date": "2025-07-01T09:00:00", "text": "первая", "fwd_from": "РИА", "edit_date": "2025-07-01T10:00:00+00:00"},
        {"id": 8, "date": "2025-07-01T09:00:01+00:00", "text": "", "media": ["video"], "grouped_id": 5},
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps({"channel": "news", **line}) for line in lines))
    assert await Replay(sandbox.control_url, keep_ids=True, keep_dates=True).play([file]) == 3
    posts = sandbox.world.channel("news").posts
    assert list(posts) == [3, 7, 8]
    assert posts[3].forward is not None
    assert posts[3].forward.name == "РИА"
    assert posts[3].edit_date is not None
    assert [media.kind for number in (7, 8) if (media := posts[number].media)] == ["photo", "video"]
    assert (posts[7].grouped_id, posts[7].views, posts[7].date.isoformat()) == (5, 9, "2025-07-01T09:00:01+00:00")
    assert await Replay(sandbox.control_url, rate=1000).play([file]) == 3
    assert list(posts)[3:] == [9, 10, 11]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "cannot be read: it is not UTF-8."),
        (b'\n{"channel": "news"}\n', "line 2: this is not a post"),
        (b"[]\n", "line 1: this is not a post"),
    ],
)
async def test_a_file_that_cannot_be_replayed_is_named(
    sandbox: Sandbox, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "posts.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ReplayError) as caught:
        await Replay(sandbox.control_url).play([file])
    assert str(file) in str(caught.value)
    assert words in str(caught.value)


async def test_a_sandbox_that_is_not_there_is_missed_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"channel": "news", "id": 1, "date": "2025-07-01", "text": "x"}')
    with pytest.raises(ReplayError, match=r"No sandbox answers at http://127\.0\.0\.1:9"):
        await Replay("http://127.0.0.1:9").play([file])

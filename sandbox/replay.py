"""Replay: posts of JSONL files into the channels of a running sandbox, at a rate or at their own pace, faster."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp


class Replay:
    """One run. `rate` is posts a second; `speedup` divides the time between posts; neither: at once."""

    def __init__(self, control_url: str, *, rate: float | None = None, speedup: float | None = None) -> None:
        self._url = f"{control_url.rstrip('/')}/control"
        self._rate = rate
        self._speedup = speedup
        self._channels: set[str] = set()

    async def play(self, files: Sequence[Path]) -> int:
        """Publishes every post, oldest first; returns how many. ClientResponseError where refused."""
        posts = sorted(_posts(files), key=lambda post: (post["date"], post["id"]))
        if not posts:
            return 0
        loop = asyncio.get_running_loop()
        began, first = loop.time(), datetime.fromisoformat(posts[0]["date"])
        async with aiohttp.ClientSession(raise_for_status=True) as http:
            for index, post in enumerate(posts):
                await asyncio.sleep(max(0.0, began + self._due(index, post, first) - loop.time()))
                await self._publish(http, post)
        return len(posts)

    def _due(self, index: int, post: dict[str, Any], first: datetime) -> float:
        """Seconds after the start at which a post is due."""
        if self._rate:
            return index / self._rate
        if self._speedup:
            return (datetime.fromisoformat(post["date"]) - first).total_seconds() / self._speedup
        return 0.0

    async def _publish(self, http: aiohttp.ClientSession, post: dict[str, Any]) -> None:
        channel = post["channel"]
        if channel not in self._channels:
            self._channels.add(channel)
            await http.post(f"{self._url}/channels", json={"username": channel, "title": channel})
        # Replayed posts happen now and take new ids: a replay may be repeated.
        body = {"channel": channel, "text": post["text"], "grouped_id": post.get("grouped_id")}
        await http.post(f"{self._url}/posts", json=body)


def _posts(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)

"""Replay: posts of JSONL files into the channels of a running sandbox, at a rate, at their own pace faster, or at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

BATCH = 200
"""Posts a request that are due together."""
CARRIED = ("entities", "grouped_id", "media", "views", "fwd_from")


class ReplayError(Exception):
    """The files cannot be replayed; its words say why."""


class Replay:
    """One run. `rate` is posts a second; `speedup` divides the time between posts; neither: at once.

    Replayed posts happen now and take the next ids, so that a replay may be repeated; `keep_ids` and `keep_dates` (with those
    of edits) let them have what the file says.
    """

    def __init__(
        self,
        control_url: str,
        *,
        rate: float | None = None,
        speedup: float | None = None,
        keep_ids: bool = False,
        keep_dates: bool = False,
    ) -> None:
        self._url = f"{control_url.rstrip('/')}/control"
        self._rate = rate
        self._speedup = speedup
        self._kept = ("id",) * keep_ids + ("date", "edit_date") * keep_dates

    async def play(
        self, files: Sequence[Path], advance: Callable[[int, int], None] = lambda _done, _total: None
    ) -> int:
        """Publishes every post, oldest first; returns how many. `advance` hears how many are out, of how many. Raises ReplayError."""
        posts = sorted(_posts(files), key=lambda post: (_date(post), post["id"]))
        if not posts:
            return 0
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as http:
            for name in dict.fromkeys(post["channel"] for post in posts):
                await self._post(http, "channels", {"username": name, "title": name})
            began, done = loop.time(), 0
            while done < len(posts):
                await asyncio.sleep(max(0.0, began + self._due(done, posts) - loop.time()))
                batch = self._batch(posts, done, loop.time() - began)
                await self._post(http, "posts", [self._body(post) for post in batch])
                done += len(batch)
                advance(done, len(posts))
        return len(posts)

    def _batch(self, posts: Sequence[dict[str, Any]], done: int, elapsed: float) -> Sequence[dict[str, Any]]:
        """The next posts that are due by now, one at least."""
        end = done + 1
        while end < min(len(posts), done + BATCH) and self._due(end, posts) <= elapsed:
            end += 1
        return posts[done:end]

    def _due(self, index: int, posts: Sequence[dict[str, Any]]) -> float:
        """Seconds after the start at which a post is due."""
        if self._rate:
            return index / self._rate
        if self._speedup:
            return (_date(posts[index]) - _date(posts[0])).total_seconds() / self._speedup
        return 0.0

    def _body(self, post: dict[str, Any]) -> dict[str, Any]:
        body = {"channel": post["channel"], "text": post["text"]}
        return body | {name: post[name] for name in (*CARRIED, *self._kept) if post.get(name)}

    async def _post(self, http: aiohttp.ClientSession, what: str, body: Any) -> None:
        try:
            async with http.post(f"{self._url}/{what}", json=body) as answer:
                if answer.status != 200:
                    raise ReplayError((await answer.json())["error"])
        except aiohttp.ClientError:
            raise ReplayError(
                f"No sandbox answers at {self._url.removesuffix('/control')}: start `python -m sandbox serve`."
            ) from None


def _posts(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        try:
            with file.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield _read(line, f"{file}, line {number}")
        except (OSError, UnicodeDecodeError) as error:
            raise ReplayError(
                f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}."
            ) from None


def _read(line: str, place: str) -> dict[str, Any]:
    try:
        post = json.loads(line)
        _date(post)
        return {**post, "channel": str(post["channel"]), "id": int(post["id"]), "text": str(post["text"])}
    except (ValueError, TypeError, KeyError):
        raise ReplayError(f'{place}: this is not a post: write {{"channel", "id", "date", "text"}} as JSON.') from None


def _date(post: dict[str, Any]) -> datetime:
    date = datetime.fromisoformat(post["date"])
    return date if date.tzinfo else date.replace(tzinfo=UTC)

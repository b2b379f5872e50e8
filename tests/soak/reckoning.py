"""Is what is stored what was posted? Read from the product's database, from outside."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.world import Channel

Key = tuple[int, int]


@dataclass(slots=True)
class Stored:
    """The texts a post has had, the newest last."""

    texts: list[str]
    deleted: bool


@dataclass(slots=True)
class Reckoning:
    """Compares a database with channels that were empty when they were first watched.

    `seen` holds, for each post, the texts of the moments at which everything was known to be stored.
    """

    database: Path
    channels: list[Channel]
    seen: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))

    def agrees(self) -> bool:
        """Whether what stands in the channels, and nothing else, is stored as standing; if so it counts as seen."""
        stored = self._read()
        if next(self._differences(stored), None):
            return False
        for channel in self.channels:
            for number, post in channel.posts.items():
                texts = self.seen[channel.id, number]
                if post.text not in texts[-1:]:
                    texts.append(post.text)
        return True

    def complaints(self) -> list[str]:
        """What is wrong now, and what was seen once and is gone; a sentence each."""
        stored = self._read()
        return [*self._differences(stored), *self._forgotten(stored), *self._invented(stored)]

    def _differences(self, stored: dict[Key, Stored]) -> Iterator[str]:
        for channel in self.channels:
            theirs = {number: post for (owner, number), post in stored.items() if owner == channel.id}
            for number, post in channel.posts.items():
                known = theirs.get(number)
                if known is None:
                    yield f"{channel.username}/{number} is missing"
                elif known.deleted:
                    yield f"{channel.username}/{number} stands but is marked as deleted"
                elif known.texts[-1] != post.text:
                    yield f"{channel.username}/{number} reads {known.texts[-1]!r} instead of {post.text!r}"
            for number in theirs.keys() - channel.posts.keys():
                if not theirs[number].deleted:
                    yield f"{channel.username}/{number} was deleted but is not marked"

    def _forgotten(self, stored: dict[Key, Stored]) -> Iterator[str]:
        for key, texts in self.seen.items():
            known = stored[key].texts if key in stored else []
            for text in texts:
                if text not in known:
                    yield f"{key} was seen as {text!r}, which is not kept"

    def _invented(self, stored: dict[Key, Stored]) -> Iterator[str]:
        for channel in self.channels:
            for key, known in stored.items():
                if key[0] != channel.id:
                    continue
                had = [post.text for post in channel.versions(key[1])]
                if not set(known.texts) <= set(had):
                    yield f"{key} never read {known.texts}"

    def _read(self) -> dict[Key, Stored]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            posts = connection.execute("SELECT id, channel_id, message_id, text, deleted_at FROM posts").fetchall()
            older = connection.execute("SELECT post_id, text FROM post_versions ORDER BY post_id, number").fetchall()
        texts: dict[int, list[str]] = defaultdict(list)
        for post_id, text in older:
            texts[post_id].append(text)
        return {
            (channel_id, message_id): Stored([*texts[post_id], text], deleted_at is not None)
            for post_id, channel_id, message_id, text, deleted_at in posts
        }

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import sandbox

STORY = Path(sandbox.__file__).parent / "story"
CHANNELS = json.loads((STORY / "channels.json").read_text())
EVENTS: list[dict[str, Any]] = [json.loads(line) for line in (STORY / "events.jsonl").read_text().splitlines()]
POSTS = [event for event in EVENTS if event["do"] == "post"]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_story_has_two_hundred_posts_in_eight_channels_and_four_languages() -> None:
    assert len(POSTS) >= 200
    assert {post["channel"] for post in POSTS} == {channel["username"] for channel in CHANNELS}
    assert {channel["language"] for channel in CHANNELS} == {"ru", "en", "az", "uk"}
    assert len(CHANNELS) == 8


def test_it_goes_forward_in_time_and_every_post_has_an_id_of_its_own() -> None:
    times = [datetime.fromisoformat(event["at"]) for event in EVENTS]
    assert times == sorted(times)
    keys = [(post["channel"], post["id"]) for post in POSTS]
    assert len(set(keys)) == len(keys)
    newest: dict[str, int] = {}
    for channel, message_id in keys:
        assert message_id > newest.get(channel, 0)
        newest[channel] = message_id


def test_formatting_lies_inside_its_text() -> None:
    for event in EVENTS:
        for entity in event.get("entities", ()):
            assert entity["length"] > 0
            assert entity["offset"] + entity["length"] <= units(event["text"])


def test_edits_deletions_and_forwards_speak_of_posts_that_were_there() -> None:
    seen: set[tuple[str, int]] = set()
    kinds = {"post": 0, "edit": 0, "delete": 0, "forward": 0}
    for event in EVENTS:
        kinds[event["do"]] += 1
        if event["do"] != "post":
            assert (event["channel"], event["id"]) in seen
        elif "forward" in event:
            kinds["forward"] += 1
            assert (event["forward"]["channel"], event["forward"]["id"]) in seen
        seen.add((event["channel"], event["id"]))
    assert kinds["edit"] >= 3
    assert kinds["delete"] >= 2
    assert kinds["forward"] >= 4


def test_an_album_has_one_caption() -> None:
    albums: dict[int, list[str]] = {}
    for post in POSTS:
        if "grouped_id" in post:
            albums.setdefault(post["grouped_id"], []).append(post["text"])
    assert len(albums) >= 2
    assert all(sum(bool(text) for text in parts) == 1 < len(parts) for parts in albums.values())

"""A world that another process takes up."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from sandbox.administration import make_private, remove, rename, suspend
from sandbox.journal import Journal
from sandbox.world import Channel, Media, Origin, World

THEN = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
BOLD = {"type": "bold", "offset": 0, "length": 4}


def restored(file: Path) -> World:
    world = World()
    Journal(file).restore(world)
    return world


def recorded(file: Path) -> tuple[World, Journal]:
    world, journal = World(clock=lambda: THEN), Journal(file)
    journal.follow(world)
    return world, journal


def comparable(channel: Channel) -> dict[str, object]:
    """Everything but the log, whose events name the channel again."""
    whole = {field.name: getattr(channel, field.name) for field in fields(channel)}
    return whole | {"log": None, "posts": {number: asdict(post) for number, post in channel.posts.items()}}


def test_everything_is_as_it_was(tmp_path: Path) -> None:
    world, journal = recorded(tmp_path / "world.jsonl")
    ann, bob = world.add_account("+79990001", "Ann", password="x"), world.add_account("+79990002", "Bob", premium=True)
    news, copy = world.add_channel("news", "Новости", noforwards=True, about="…"), world.add_channel(None, "Copy")
    gone = world.add_channel("gone", "Gone")
    for channel in (news, copy, gone):
        world.join(channel, ann)
    world.ban(news, bob)
    suspend(world, bob)
    post = world.publish(news, "Bakı", entities=[BOLD], date=THEN, message_id=7, views=5, edit_date=THEN)
    world.publish(copy, "Bakı", forward_from=post)
    world.publish(copy, "", forward_from=Origin(THEN, name="Кто-то"), reply_to=1)
    world.publish_album(news, "caption", [b"one", Media("poll", question="?", answers=("+", "-"))])
    world.edit(news, 7, "Bakı!")
    world.view(news, 7, 100)
    world.react(news, 7, "🔥", 3)
    world.delete(news, 8)
    rename(world, news, title="Старости", username="olds")
    make_private(world, world.add_channel("later", "Later"))
    remove(world, gone)
    world.leave(copy, ann)
    journal.close()
    again = restored(tmp_path / "world.jsonl")
    assert again.names == world.names
    assert [asdict(account) for account in again.accounts.values()] == [asdict(ann), asdict(bob)]
    assert list(map(comparable, again.channels.values())) == list(map(comparable, world.channels.values()))
    assert [(type(e), e.pts) for e in again.channel("olds").log] == [(type(e), e.pts) for e in news.log]


def test_a_line_that_was_not_written_to_its_end_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "world.jsonl"
    world, journal = recorded(file)
    world.add_channel("news", "News")
    world.publish("news", "whole")
    journal.close()
    whole = file.read_bytes()
    file.write_bytes(whole + whole.splitlines()[-1][:40])
    assert [post.text for post in restored(file).channel("news").posts.values()] == ["whole"]
    assert file.read_bytes() == whole

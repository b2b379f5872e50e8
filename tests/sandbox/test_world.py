"""The world behind the sandbox."""

import pytest

from sandbox.administration import rename
from sandbox.events import Changed, Deleted, Edited, Joined, Left, Posted
from sandbox.faults import Faults
from sandbox.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.add_channel("news", "News")
    return world


def test_every_post_moves_pts_by_one_and_a_deletion_by_what_it_deletes(world: World) -> None:
    for number in range(3):
        world.publish("news", f"post {number}")
    world.delete("@news", [1, 2, 99])
    assert world.channel("news").pts == 1 + 3 + 2


def test_the_log_after_a_pts_holds_what_came_later_only(world: World) -> None:
    channel = world.channel("news")
    world.publish(channel, "one")
    known = channel.pts
    world.edit(channel, 1, "one, corrected")
    world.delete(channel, 1)
    assert [type(event) for event in channel.since(known)] == [Edited, Deleted]


def test_an_edit_leaves_the_post_of_the_earlier_event_alone(world: World) -> None:
    events: list[object] = []
    world.subscribe(events.append)
    world.publish("news", "before")
    world.edit("news", 1, "after")
    posted, edited = events
    assert isinstance(posted, Posted)
    assert isinstance(edited, Edited)
    assert (posted.post.text, edited.post.text) == ("before", "after")


def test_a_forward_of_a_forward_keeps_the_first_origin(world: World) -> None:
    world.add_channel("copy", "Copy")
    first = world.publish("news", "text")
    second = world.publish("copy", "text", forward_from=first)
    third = world.publish("copy", "text", forward_from=second)
    assert third.forward is not None
    assert (third.forward.channel_id, third.forward.message_id) == (world.channel("news").id, first.id)


def test_an_album_shares_a_group_and_its_first_photo_bears_the_caption(world: World) -> None:
    album = world.publish_album("news", "caption", [b"a", b"b", b"c"])
    assert [post.text for post in album] == ["caption", "", ""]
    assert len({post.grouped_id for post in album}) == 1


def test_a_ban_ends_the_membership_and_prevents_another(world: World) -> None:
    events: list[object] = []
    account = world.add_account("+79990001", "Ann")
    world.subscribe(events.append)
    world.join("news", account)
    world.ban("news", account)
    assert [type(event) for event in events] == [Joined, Left, Changed]
    with pytest.raises(PermissionError):
        world.join("news", account)
    world.unban("news", account)
    world.join("news", account)
    assert account.joined == {world.channel("news").id}


def test_a_renamed_channel_is_found_by_its_new_name_alone(world: World) -> None:
    channel = world.channel("news")
    rename(world, channel, title="Olds", username="olds")
    assert world.channel("@Olds") is channel
    with pytest.raises(KeyError):
        world.channel("news")
    world.add_channel("news", "News again")
    with pytest.raises(ValueError, match="News is taken"):
        rename(world, channel, username="News")


def test_what_a_post_has_been_outlives_it(world: World) -> None:
    world.publish("news", "before")
    world.edit("news", 1, "after")
    world.delete("news", 1)
    assert [version.text for version in world.channel("news").versions(1)] == ["before", "after"]


def test_a_taken_message_id_is_refused(world: World) -> None:
    world.publish("news", "text", message_id=7)
    with pytest.raises(ValueError, match="already has a post 7"):
        world.publish("news", "text", message_id=7)


def test_a_fault_strikes_its_method_as_often_as_prepared() -> None:
    faults = Faults()
    faults.add("flood_wait", method="messages.getHistory", times=2, seconds=3)
    struck = [
        faults.take("flood_wait", method) is not None for method in ("users.getUsers", *["messages.getHistory"] * 3)
    ]
    assert struck == [False, True, True, False]


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Faults().add("flood")

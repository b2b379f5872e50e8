"""When a push may move a cursor, and when it only shows that something is missing."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.channels import Joined
from monitor.store import Store
from monitor.telegram.known import Deleted, Known, Pushed, advance, continued


def pushed(*ids: int, channel: int = 1) -> list[Pushed]:
    return [Pushed(channel, number, None) for number in ids]


def test_the_next_message_moves_the_cursor() -> None:
    assert advance({1: 7}, pushed(8)) == ({1: 8}, {})


def test_a_row_of_messages_moves_it_in_any_order() -> None:
    assert advance({1: 7}, pushed(10, 8, 9)) == ({1: 10}, {})


def test_a_gap_stops_it_and_is_named_with_the_newest_push_behind_it() -> None:
    assert advance({1: 7}, pushed(8, 11, 12)) == ({1: 8}, {1: 12})


async def test_a_push_that_changes_have_overtaken_moves_no_cursor_and_is_pulled(store: Store) -> None:
    await store.join("reader", Joined(1, "news", "News", access_hash=5, newest=7))
    known = Known(store)
    known.watch({1: 7}, {1: 20})
    assert await known.take_pushes([Pushed(1, 8, None, pts=15, count=1)]) == {1: 8}
    assert (known.cursors, known.pts) == ({1: 7}, {1: 20})


def test_an_edit_of_a_stored_post_moves_nothing() -> None:
    assert advance({1: 7}, pushed(5, 7)) == ({}, {})


def test_channels_do_not_touch_each_other() -> None:
    pushes = pushed(8, channel=1) + pushed(3, channel=2)
    assert advance({1: 7, 2: 1}, pushes) == ({1: 8}, {2: 3})


def test_pts_follow_pushes_without_a_gap() -> None:
    items = [Pushed(1, 8, None, 21, 1), Deleted(1, (3, 4), 23, 2), Pushed(1, 9, None, 25, 1)]
    assert continued({1: 20}, items) == {1: 23}


def test_pts_that_were_never_known_are_not_guessed_from_pushes() -> None:
    assert continued({}, [Pushed(1, 1, None, 1, 1), Pushed(1, 8, None, 21, 1)]) == {}


@given(st.integers(0, 50), st.lists(st.integers(1, 60)))
def test_a_cursor_stands_only_where_everything_below_was_seen(cursor: int, ids: list[int]) -> None:
    reached, gaps = advance({1: cursor}, pushed(*ids))
    top = reached.get(1, cursor)
    assert set(range(cursor + 1, top + 1)) <= set(ids)
    assert top + 1 not in ids
    assert (1 in gaps) == any(number > top for number in ids)

"""When a push may move a cursor, and when it only shows that something is missing."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.telegram.writer import Pushed, advance, move


def pushed(*ids: int, channel: int = 1) -> list[Pushed]:
    return [Pushed(channel, number, None) for number in ids]


def test_the_next_message_moves_the_cursor() -> None:
    assert advance({1: 7}, pushed(8)) == ({1: 8}, {})


def test_a_row_of_messages_moves_it_in_any_order() -> None:
    assert advance({1: 7}, pushed(10, 8, 9)) == ({1: 10}, {})


def test_a_gap_stops_it_and_is_named_with_the_newest_push_behind_it() -> None:
    assert advance({1: 7}, pushed(8, 11, 12)) == ({1: 8}, {1: 12})


def test_an_edit_of_a_stored_post_moves_nothing() -> None:
    assert advance({1: 7}, pushed(5, 7)) == ({}, {})


def test_channels_do_not_touch_each_other() -> None:
    pushes = pushed(8, channel=1) + pushed(3, channel=2)
    assert advance({1: 7, 2: 1}, pushes) == ({1: 8}, {2: 3})


def test_a_cursor_never_moves_backwards_nor_for_a_channel_unwatched_meanwhile() -> None:
    cursors = {1: 7}
    move(cursors, {1: 5, 2: 9})
    assert cursors == {1: 7}


@given(st.integers(0, 50), st.lists(st.integers(1, 60)))
def test_a_cursor_stands_only_where_everything_below_was_seen(cursor: int, ids: list[int]) -> None:
    reached, gaps = advance({1: cursor}, pushed(*ids))
    top = reached.get(1, cursor)
    assert set(range(cursor + 1, top + 1)) <= set(ids)
    assert top + 1 not in ids
    assert (1 in gaps) == any(number > top for number in ids)

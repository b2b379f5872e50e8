"""What must stay so that a distributed PostgreSQL can take over: rows know where they belong, and hot statements say it."""

from typing import Any

import pytest
from sqlalchemy import Table, UniqueConstraint

from monitor import claims, fanout, ingest, outbox, owing
from monitor.models import Base

DISTRIBUTED = {
    "posts": "channel_id",
    "deliveries": "subscriber_id",
    "subscriptions": "subscriber_id",
    "mutes": "subscriber_id",
    "awaited": "subscriber_id",
    "feeds": "subscriber_id",
    "picture_wishes": "subscriber_id",
    "translation_wishes": "subscriber_id",
    "memberships": "channel_id",
    "chat_paces": "chat_id",
    "story_shingles": "hash",
}
OF_A_POST = {"matches", "post_versions", "post_counts", "translations", "pictures"}
"""They are found by their post, with which they would lie; it says its channel."""
HOT: dict[str, Any] = {
    "begin": claims._BEGIN,
    "settle": outbox._settling(("state",)),
    "settle together": outbox._SENT,
    "lanes": claims._LANES,
    "postpone": claims._POSTPONE,
    "owe": owing.to_subscribers("postgresql"),
    "owe a page": owing.to_page("postgresql"),
    "page": fanout._PAGE,
}


def unique_keys(table: Table) -> list[set[str]]:
    """What must be unique, beside a number that stands for the row."""
    keys = [{column.name for column in table.primary_key.columns}]
    keys += [{column.name for column in key.columns} for key in table.constraints if isinstance(key, UniqueConstraint)]
    keys += [{column.name for column in index.columns} for index in table.indexes if index.unique]
    return [key for key in keys if key != {"id"}]


@pytest.mark.parametrize(("name", "column"), DISTRIBUTED.items())
def test_every_unique_key_names_the_column_by_which_its_table_can_be_distributed(name: str, column: str) -> None:
    keys = unique_keys(Base.metadata.tables[name])
    assert keys
    assert all(column in key for key in keys)


@pytest.mark.parametrize("name", sorted(OF_A_POST))
def test_what_belongs_to_a_post_is_found_by_it(name: str) -> None:
    assert all("post_id" in key for key in unique_keys(Base.metadata.tables[name]))


@pytest.mark.parametrize("name", HOT)
def test_every_hot_statement_names_the_reader_whose_rows_it_touches(name: str) -> None:
    assert "subscriber_id" in str(HOT[name]).partition("WHERE")[2] + str(HOT[name]).partition("ON CONFLICT")[2]


def test_a_post_is_looked_up_by_its_channel() -> None:
    assert "channels.id = " in str(ingest._MOVE)

"""What must stay so that a distributed PostgreSQL can take over: rows know where they belong, and hot statements say it."""

from typing import Any

import pytest
from sqlalchemy import ForeignKey, Table, UniqueConstraint, func, select, text

from monitor import (
    chat_paces,
    claims,
    expiry,
    fanout,
    index,
    ingest,
    matches,
    outbox,
    owing,
    post_rows,
    retelling,
)
from monitor.chat_paces import Limits
from monitor.database import create_engine, create_sessions
from monitor.models import Base, Delivery, DeliveryState, Match, Post
from monitor.outcomes import Sent
from monitor.search import search
from tests.conftest import NOW
from tests.databases import new_postgres
from tests.monitor.arrivals import arrival, arrive, subscribe, texts, watch
from tests.monitor.test_expiry import OLD, expire
from tests.postgres import Postgres

DISTRIBUTED = {
    "posts": "channel_id",
    "channels": "id",
    "memberships": "channel_id",
    "histories": "channel_id",
    "deliveries": "subscriber_id",
    "subscriptions": "subscriber_id",
    "searches": "subscriber_id",
    "mutes": "subscriber_id",
    "awaited": "subscriber_id",
    "feeds": "subscriber_id",
    "picture_wishes": "subscriber_id",
    "translation_wishes": "subscriber_id",
    "chat_paces": "chat_id",
    "story_shingles": "hash",
}
OF_A_POST = {
    "matches",
    "post_versions",
    "post_counts",
    "translations",
    "pictures",
    "fanouts",
    "retellings",
    "index_gaps",
}
"""They are found by their post, with which they would lie; it says its channel."""
EVERYWHERE = {"subscribers", "topics", "members", "editors", "invites", "accounts", "watches", "spikes", "word_counts",
              "broadcasts", "admin_actions", "counters", "index_state", "trend_state", "senders", "bot_paces"}  # fmt: skip
"""What is small beside the others, or rarely written: a copy of it would be on every node."""
OF_A_READER: dict[str, Any] = {
    "take": claims.taking("postgresql"),
    "begin": claims._BEGIN,
    "settle": outbox._settling(("state",)),
    "settle together": outbox._SENT,
    "lanes": claims.lanes_of("postgresql"),
    "postpone": claims._POSTPONE,
    "owe": owing.to_subscribers("postgresql"),
    "owe many": owing.to_many(),
    "owe a page": owing.to_page("postgresql"),
    "page": fanout._PAGE,
}
"""Hot statements about what a reader is owed; which readers are owed something (`claims._WAITING`) is asked of all."""
OF_ONE_POST: dict[str, Any] = {"match": matches._AGAIN, "index": index._POSTGRES_ADD}


def unique_keys(table: Table) -> list[set[str]]:
    """What must be unique, beside a number that stands for the row."""
    keys = [{column.name for column in table.primary_key.columns}]
    keys += [{column.name for column in key.columns} for key in table.constraints if isinstance(key, UniqueConstraint)]
    keys += [{column.name for column in index.columns} for index in table.indexes if index.unique]
    return [key for key in keys if key != {"id"}]


def foreign_keys() -> list[ForeignKey]:
    return [key for table in Base.metadata.sorted_tables for key in table.foreign_keys]


def holds(key: ForeignKey) -> bool:
    """Whether both rows of a foreign key are surely on the same node."""
    own, other = (DISTRIBUTED.get(table.name) for table in (key.parent.table, key.column.table))
    return key.column.table.name in EVERYWHERE or (own, other) == (key.parent.name, key.column.name)


def test_every_table_has_its_place() -> None:
    assert set(Base.metadata.tables) == DISTRIBUTED.keys() | OF_A_POST | EVERYWHERE


@pytest.mark.parametrize(("name", "column"), DISTRIBUTED.items())
def test_every_unique_key_names_the_column_by_which_its_table_can_be_distributed(name: str, column: str) -> None:
    table = Base.metadata.tables[name]
    assert column in table.columns
    assert all(column in key for key in unique_keys(table))


@pytest.mark.parametrize("name", sorted(OF_A_POST))
def test_what_belongs_to_a_post_is_found_by_it(name: str) -> None:
    table = Base.metadata.tables[name]
    assert "post_id" in table.columns
    assert all("post_id" in key for key in unique_keys(table))


@pytest.mark.parametrize("name", OF_A_READER)
def test_every_hot_statement_names_the_reader_whose_rows_it_touches(name: str) -> None:
    statement = str(OF_A_READER[name])
    assert "subscriber_id" in statement.partition("WHERE")[2] + statement.partition("ON CONFLICT")[2]


@pytest.mark.parametrize("name", OF_ONE_POST)
def test_what_is_written_of_a_post_names_it(name: str) -> None:
    assert "ON CONFLICT (post_id" in str(OF_ONE_POST[name])


def test_a_post_is_looked_up_by_its_channel() -> None:
    assert "channels.id = " in str(ingest._MOVE)
    assert "ON channel_id = channel AND message_id = message" in str(post_rows._POSTGRES_TAKEN)


def test_what_a_chat_bears_is_asked_by_the_chat() -> None:
    assert "ON CONFLICT (chat_id)" in str(chat_paces._TAKE)


def test_foreign_keys_that_would_go_lead_to_posts_channels_and_deliveries() -> None:
    """Nothing else is left to the database to keep together."""
    assert {key.column.table.name for key in foreign_keys() if not holds(key)} == {"posts", "channels", "deliveries"}


async def test_nothing_of_a_post_is_left_behind_where_no_foreign_key_removes_it(postgres: Postgres) -> None:
    engine = create_engine(new_postgres(postgres))
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        for key in (key for key in foreign_keys() if not holds(key)):
            name = f"fk_{key.parent.table.name}_{key.parent.name}_{key.column.table.name}"
            await session.execute(text(f"ALTER TABLE {key.parent.table.name} DROP CONSTRAINT {name}"))
        await session.execute(text("ALTER TABLE post_index DROP CONSTRAINT post_index_post_id_fkey"))
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "Старое посольство", date=OLD), arrival(2, "Новое посольство"), now=OLD)
    await arrive(sessions, arrival(1, "Старое посольство закрыто", date=OLD, edit_date=OLD), now=OLD)
    async with sessions.begin() as session:
        assert await retelling.turn_page(session, NOW)
        parcels = await claims.claim(session, "relay", NOW, 10, joined_from=2, limits=Limits())
        await outbox.settle_sent(session, [(parcel, Sent(1)) for parcel in parcels], NOW)
    assert await expire(sessions) == [1]
    async with sessions() as session:
        (kept,) = await session.scalars(select(Post.id))
        for column in expiry._REFERRING:
            assert set(await session.scalars(select(column))) <= {kept, None}
        assert list(await session.scalars(text("SELECT post_id FROM post_index"))) == [kept]
        assert texts((await search(session, "посольство", now=NOW)).posts) == ["Новое посольство"]
        told = select(func.count()).where(Delivery.state == DeliveryState.SENT)
        assert (await session.scalar(told), await session.scalar(select(func.count(Match.post_id)))) == (1, 1)
    await engine.dispose()

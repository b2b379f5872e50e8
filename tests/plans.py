"""Which statements read what grows with all that was ever stored, by the databases' own plans of them."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from monitor.database import Sessions
from monitor.sqlite import FetchedCursor, FetchingConnection

Found = list[tuple[str, str]]
"""(what is read, the statement)."""
ASKED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
LONG = (
    "sqlite_autoindex_deliveries_1 (subscriber_id=?)",  # all that somebody ever got
    "ix_matches_topic_id",  # all that ever satisfied a topic
    "sqlite_autoindex_posts_1 (channel_id=?)",  # all that a channel ever posted
)
GROWING = ("deliveries", "posts", "matches", "post_counts", "post_versions")
WHOLE = re.compile(rf"SCAN ({'|'.join(GROWING)})( USING COVERING INDEX \w+_autoindex_\w+)?")
NEWEST = re.compile(r"ORDER BY posts\.(id|message_id) DESC\n LIMIT")
"""A few, that the table or an index has at its end."""
EMPTIED = "DELETE FROM topics"
"""What is left of what goes with them: it went before."""
_PLAN_OF = (
    "CREATE FUNCTION pg_temp.plan_of(statement text) RETURNS json LANGUAGE plpgsql AS"
    " $$ DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (GENERIC_PLAN, FORMAT JSON) ' || statement INTO plan; RETURN plan; END $$"
)


def record_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> Found:
    """What is found from now on."""
    found: Found = []
    execute, ask = FetchedCursor.execute, FetchingConnection.ask

    def explain(connection: sqlite3.Connection, statement: str, *parameters: Any) -> None:
        if statement.startswith(ASKED):
            plain = sqlite3.Connection.cursor(connection, sqlite3.Cursor)
            plans = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", *parameters)]
            found.extend((plan, statement) for plan in plans if _is_long(plan, statement))

    def explained(cursor: FetchedCursor, statement: str, *parameters: Any) -> FetchedCursor:
        explain(cursor.connection, statement, *parameters)
        return execute(cursor, statement, *parameters)

    def explained_and_asked(connection: FetchingConnection, statement: str, parameters: Any) -> list[Any]:
        explain(connection, statement, parameters)
        return ask(connection, statement, parameters)

    monkeypatch.setattr(FetchedCursor, "execute", explained)
    monkeypatch.setattr(FetchingConnection, "ask", explained_and_asked)
    return found


def _is_long(plan: str, statement: str) -> bool:
    if statement.startswith(EMPTIED) or NEWEST.search(statement):
        return False
    return WHOLE.fullmatch(plan) is not None or any(words in plan for words in LONG)


@asynccontextmanager
async def recorded_on_postgresql(sessions: Sessions) -> AsyncIterator[Found]:
    """At the end, what is found of what was executed meanwhile: as it is planned for whatever values, and avoids whole tables."""
    statements, found = dict[str, None](), Found()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(ASKED):
            statements[statement] = None

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    async with sessions.begin() as session:
        await session.execute(text(_PLAN_OF))
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        for statement in statements:
            plan = await session.scalar(text("SELECT pg_temp.plan_of(:statement)"), {"statement": statement})
            found.extend((step, statement) for step in _steps(plan) if step in GROWING)


def _steps(plan: Any) -> Iterator[str]:
    """The tables that are read from end to end."""
    for each in json.loads(plan) if isinstance(plan, str) else plan:
        step = each.get("Plan", each)
        if step["Node Type"] == "Seq Scan":
            yield step["Relation Name"]
        yield from _steps(step.get("Plans", []))

"""Changing a topic: its name, its query. Who edits says which version he saw, so that two people do not undo each other."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit
from monitor.awaiting import Wanted
from monitor.errors import MonitorError
from monitor.models import Subscriber, Subscription, Topic
from monitor.subscriptions import NAME_LENGTH, TopicGoneError, standing
from monitor.topics import next_stamp

EMOJI_LENGTH = 16
DESCRIPTION_LENGTH = 512
LANGUAGE_LINE = re.compile(r"([a-z]{2}):\s+(\S.*)")
"""A query for one language, as admins write it: "ru: посольство"."""

_ACTIONS = {Wanted.NAME: "renamed", Wanted.DESCRIPTION: "described", Wanted.QUERY: "rewritten"}


class TopicChangedError(MonitorError):
    """Somebody else has changed this topic meanwhile."""

    code = "topic_changed"


class SameQueryError(MonitorError):
    """Another topic has this query already."""

    code = "same_query"


class NotYoursError(MonitorError):
    """Only who made a topic may change it."""

    code = "not_yours"


class EmptyNameError(MonitorError):
    """A topic needs a name."""

    code = "empty_name"


async def editable(session: AsyncSession, subscriber: Subscriber, topic_id: int, *, is_admin: bool) -> Topic:
    """The topic, if this subscriber may change it: its owner, and admins of the bot a public one.

    Raises TopicGoneError, NotYoursError.
    """
    topic = await session.get(Topic, topic_id)
    if topic is None or topic.deleted_at is not None:
        raise TopicGoneError
    if topic.owner_id != subscriber.id and not (topic.owner_id is None and is_admin):
        raise NotYoursError
    return topic


async def change(
    session: AsyncSession, topic: Topic, version: int, what: Wanted, text: str, user_id: int, now: datetime
) -> None:
    """Give the topic what was asked for: another name, query (of a public one by language, too) or description.

    What an admin changes of a public one is written down. Raises what `rename`, `rewrite` and `describe` do.
    """
    before = _seen(topic, what)
    await _give(session, topic, version, what, text)
    if topic.owner_id is None:
        details: dict[str, Any] = {"topic": topic.id, "old": before, "new": _seen(topic, what)}
        if what is not Wanted.NAME:
            details["target"] = topic.name
        await audit.record(session, user_id, _ACTIONS[what], now, **details)


async def _give(session: AsyncSession, topic: Topic, version: int, what: Wanted, text: str) -> None:
    if what is Wanted.NAME:
        await rename(session, topic, version, text)
    elif what is Wanted.DESCRIPTION:
        await describe(session, topic, version, text)
    else:
        await rewrite(session, topic, version, text)


def _seen(topic: Topic, what: Wanted) -> str | None:
    """What an edit of this kind changes, as people see it."""
    if what is Wanted.NAME:
        return f"{topic.emoji} {topic.name}" if topic.emoji else topic.name
    return topic.description if what is Wanted.DESCRIPTION else topic.query


async def rename(session: AsyncSession, topic: Topic, version: int, text: str) -> None:
    """Give the topic another name; of a name that begins with an emoji, that becomes its emoji.

    Raises TopicChangedError, EmptyNameError.
    """
    emoji, name = split_emoji(text)
    await _change(session, topic, version, name=name, emoji=emoji)


async def describe(session: AsyncSession, topic: Topic, version: int, text: str) -> None:
    """Say something else about the topic. Raises TopicChangedError."""
    await _change(session, topic, version, description=" ".join(text.split())[:DESCRIPTION_LENGTH])


async def rewrite(session: AsyncSession, topic: Topic, version: int, text: str) -> None:
    """Give the topic another query: matched from the next post on. What has matched so far stays.

    A name that was the old query becomes the new one. Raises QuerySyntaxError, SameQueryError, TopicChangedError.
    """
    queries, query = read_queries(text) if topic.owner_id is None else (None, standing(text))
    await _make_room(session, topic, query)
    named = {"name": one_line(text)[:NAME_LENGTH]} if _is_named_by_query(topic) else {}
    await _change(session, topic, version, query=query, queries=queries, stamp=await next_stamp(session), **named)


def read_queries(text: str) -> tuple[dict[str, str] | None, str]:
    """One query, or one for each language in lines such as "ru: …"; and all of them as one canonical query.

    Raises QuerySyntaxError.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [LANGUAGE_LINE.fullmatch(line) for line in lines]
    queries = {found[1]: standing(found[2]) for found in named if found}
    if not queries or len(queries) < len(lines):
        return None, standing(text)
    return queries, standing(" | ".join(f"({query})" for query in queries.values()))


def split_emoji(text: str) -> tuple[str | None, str]:
    """("🔥", "Fires") of "🔥 Fires"; None for a name without emoji. Raises EmptyNameError."""
    line = one_line(text)
    first, _, rest = line.partition(" ")
    if rest and len(first) <= EMOJI_LENGTH and not any(char.isalnum() or char in "\"'«(" for char in first):
        return first, rest.strip()[:NAME_LENGTH]
    if not line:
        raise EmptyNameError
    return None, line[:NAME_LENGTH]


def one_line(text: str) -> str:
    """The text in one line, without what cannot be seen at its ends or breaks a line."""
    return " ".join("".join(char if char.isprintable() or char == "\u200d" else " " for char in text).split())


async def _make_room(session: AsyncSession, topic: Topic, query: str) -> None:
    """Two topics of one owner may not have the same query; one that was ended, and only waits to be taken back, gives way."""
    same = select(Topic).where(Topic.owner_id == topic.owner_id, Topic.query == query, Topic.id != topic.id)
    other = await session.scalar(same) if topic.owner_id is not None else None
    if other is None:
        return
    followed = select(Subscription).where(Subscription.topic_id == other.id, Subscription.ended_at.is_(None))
    if await session.scalar(followed.limit(1)) is not None:
        raise SameQueryError(name=other.name)
    await session.execute(delete(Topic).where(Topic.id == other.id))


async def _change(session: AsyncSession, topic: Topic, version: int, **values: Any) -> None:
    same = (Topic.id == topic.id, Topic.version == version)
    changed = update(Topic).where(*same).values(version=version + 1, **values).returning(Topic.id)
    if (await session.execute(changed)).scalar_one_or_none() is None:
        raise TopicChangedError
    await session.refresh(topic)


def _is_named_by_query(topic: Topic) -> bool:
    try:
        return standing(topic.name) == topic.query
    except MonitorError:
        return False

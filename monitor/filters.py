"""Which posts a subscription lets through, as conditions of a statement."""

from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, cast, literal, or_, type_coerce

from monitor.models import Mode, Post, Subscription

_ANY, _COMMA = literal("%", Text), literal(",", Text)


def is_live() -> ColumnElement[bool]:
    """The subscription is neither paused nor ended."""
    return and_(Subscription.paused.is_(False), Subscription.ended_at.is_(None))


def hears(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """The subscription is not muted at this time."""
    return or_(Subscription.muted_until.is_(None), Subscription.muted_until <= now)


def rings() -> ColumnElement[bool]:
    """The subscription tells at once, and not in digests or never."""
    return or_(Subscription.mode == Mode.INSTANT, and_(Subscription.priority, Subscription.mode != Mode.SILENT))


def lets_through() -> ColumnElement[bool]:
    """The subscription wants posts of the Post's channel and language; in no known language is in any."""
    language = or_(Post.language.is_(None), _is_any_or(Subscription.languages, cast(Post.language, Text)))
    return and_(_is_any_or(Subscription.channels, cast(Post.channel_id, Text)), language)


def _is_any_or(listed: object, word: ColumnElement[str]) -> ColumnElement[bool]:
    """As `models.Listed` stores them: ",one,other,"."""
    words: ColumnElement[str] = type_coerce(listed, Text)
    return or_(words.is_(None), words.like(_ANY + _COMMA + word + _COMMA + _ANY))

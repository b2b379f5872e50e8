"""The statements that owe a post to whoever waits for it, built once for each database.

They are filled with `post`, `now`, `due` (when it is to be sent) and `rank` (the priority of what is not urgent);
`to_many` with arrays.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    join,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from monitor.filters import hears, is_live, lets_through
from monitor.models import (
    BigId,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Mode,
    Mute,
    Post,
    Priority,
    Subscriber,
    Subscription,
)
from monitor.outcomes import UNTRIED
from monitor.tables import DELIVERIES
from monitor.unwanted import DROPPED
from monitor.upsert import insert_into

_POST, _NOW = bindparam("post", type_=BigId), bindparam("now", type_=Delivery.due_at.type)
_DUE, _RANK = bindparam("due", type_=Delivery.due_at.type), bindparam("rank", type_=Integer)
_COLUMNS = [
    "subscriber_id",
    "post_id",
    "kind",
    "priority",
    "state",
    "due_at",
    "created_at",
    "attempts",
    "unanswered",
    "together",
]


@cache
def to_subscribers(dialect: str) -> Any:
    """Owe the post to the subscribers of `topics`, once each; returns the ids of what was added."""
    wanting = _wanting(_POST).where(Subscription.topic_id.in_(bindparam("topics", expanding=True)))
    return _owe(dialect, _rows(wanting, _POST, _DUE))


@cache
def to_many() -> Any:
    """The same for several posts, in their order; PostgreSQL only.

    It is filled with arrays, whose elements at one place belong together: `posts`, `topics` that want them, when they are `dues`, and
    `places` of the posts. None of the posts may be of another's story or album: of rows that it adds itself a statement knows nothing.
    """
    arrays = (("posts", BigInteger), ("topics", BigInteger), ("dues", _DUE.type), ("places", Integer))
    wanted = func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in arrays))
    table = wanted.table_valued("post", "topic", column("due", _DUE.type), "place").render_derived("wanted")
    row = table.c
    wanting = _wanting(row.post, join(table, Subscription, Subscription.topic_id == row.topic))
    rows = _rows(wanting, row.post, row.due).group_by(row.post, row.due, row.place).order_by(row.place)
    return _owe("postgresql", rows)


@cache
def to_page(dialect: str) -> Any:
    """The same to those of `topic` with ids above `after`, up to `last`."""
    above = Subscription.subscriber_id > bindparam("after", type_=BigId)
    up_to = Subscription.subscriber_id <= bindparam("last", type_=BigId)
    wanting = _wanting(_POST).where(Subscription.topic_id == bindparam("topic", type_=BigId), above, up_to)
    return _owe(dialect, _rows(wanting, _POST, _DUE))


def _owe(dialect: str, rows: Select[Any]) -> Any:
    """Once each, under the best of the priorities under which a subscriber wants it; also what another topic mutes or took along."""
    statement = insert_into(dialect, DELIVERIES).from_select(_COLUMNS, rows)
    new = statement.excluded
    better = and_(Delivery.state.in_([DeliveryState.DUE, DeliveryState.HELD]), Delivery.priority > new.priority)
    muted = and_(Delivery.state == DeliveryState.HELD, new.state == DeliveryState.DUE, Delivery.due_at > new.due_at)
    dropped = and_(Delivery.state == DeliveryState.REFUSED, Delivery.error.in_(DROPPED))
    again = (
        {name: new[name] for name in ("priority", "state", "due_at")} | UNTRIED | {"error": None, "settled_at": None}
    )
    owed = statement.on_conflict_do_update(
        index_elements=["subscriber_id", "post_id", "kind"], set_=again, where=or_(better, muted, dropped)
    )
    return owed.returning(DELIVERIES.c.id)


def _rows(wanting: Select[Any], post: ColumnElement[int], due: ColumnElement[datetime]) -> Select[Any]:
    """A row for each subscriber: at once, first of all if it is urgent, or held for the digest."""
    held = and_(Subscription.mode == Mode.DIGEST, ~Subscription.priority)
    best = func.min(case((held, int(Priority.DIGEST)), (Subscription.priority, int(Priority.URGENT)), else_=_RANK))
    return wanting.add_columns(
        post,
        literal(DeliveryKind.ALERT.value),
        best,
        case((best == int(Priority.DIGEST), DeliveryState.HELD.value), else_=DeliveryState.DUE.value),
        due,
        _NOW,
        literal(0),
        literal(0),
        literal(1),
    ).group_by(Subscription.subscriber_id)


def _wanting(post: ColumnElement[int], start: Any = Subscription) -> Select[Any]:
    """Subscriptions whose subscriber is there and wants to hear of the post, of its channel and of the topic at this time."""
    muted = exists().where(Mute.subscriber_id == Subscription.subscriber_id, Mute.channel_id == Post.channel_id)
    return (
        select(Subscription.subscriber_id)
        .select_from(start)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Post, Post.id == post)
        .where(
            Subscriber.active,
            Subscription.mode != Mode.SILENT,
            hears(_NOW),
            is_live(),
            lets_through(),
            ~muted,
            ~and_(Subscriber.tells_once, _told(post)),
        )
    )


def _told(post: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether another post of the Post's story is an alert of the subscriber's, sent or about to be."""
    other = aliased(Post)
    return exists().where(
        other.story_id == Post.story_id,
        other.album_id != post,
        Delivery.subscriber_id == Subscription.subscriber_id,
        Delivery.post_id == other.album_id,
        Delivery.kind == DeliveryKind.ALERT,
        Delivery.state.in_([DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENT]),
    )

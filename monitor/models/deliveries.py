"""What is owed: the outbox, and what is still to be put into it."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base, BigId


class DeliveryKind(StrEnum):
    """ALERT shows a post; NOTICE says a sentence of ours; DIGEST is what was held, in one message; UPDATE edits a sent alert."""

    ALERT = "alert"
    NOTICE = "notice"
    DIGEST = "digest"
    UPDATE = "update"


class DeliveryState(StrEnum):
    """DUE waits for `due_at`; CLAIMED is leased to a relay; HELD waits for a digest that comes then or later;
    the others are final.

    REFUSED without `settled_at` waits for the chat to open again.
    """

    DUE = "due"
    CLAIMED = "claimed"
    HELD = "held"
    SENT = "sent"
    REFUSED = "refused"
    DEAD = "dead"


class Priority(IntEnum):
    """Who goes first among chats; within a chat the order is that of the ids. CROWD: one post for very many."""

    URGENT = 0
    NOTICE = 1
    ALERT = 2
    CROWD = 3
    UPDATE = 4
    DIGEST = 5


TOLD = "state = 'sent' AND kind = 'alert' AND message_id IS NOT NULL"
"""Posts that a subscriber was told of by a message that rang; what a digest told of has no message of its own."""


class Delivery(Base):
    """One message owed to one subscriber: the row of the outbox. `together` rows were sent as the message `message_id`.

    It failed `attempts` times, and `unanswered` times it left and nothing was said to it.
    `begun_at`: a send was begun then, and how it ended is not known. `unreached_since`: it has been tried since then, and Telegram was
    not reached. `post_version` is the Post.version that the reader was shown first; older processes leave it out. `digest_id` is the
    delivery of the digest that told of it. `key` names what must be owed once and is no post. `notice` is what a notice says, or of a
    digest the deliveries that it told of.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "post_id", "kind"),
        Index("uq_deliveries_key", "subscriber_id", "key", unique=True, sqlite_where=text("key IS NOT NULL"),
              postgresql_where=text("key IS NOT NULL")),
        Index("ix_deliveries_due", "priority", "due_at", "subscriber_id", sqlite_where=text("state IN ('due', 'claimed')"),
              postgresql_where=text("state IN ('due', 'claimed')")),
        Index("ix_deliveries_lane", "subscriber_id", "id", sqlite_where=text("state IN ('due', 'claimed', 'held')"),
              postgresql_where=text("state IN ('due', 'claimed', 'held')")),
        Index("ix_deliveries_joined", "subscriber_id", "message_id", sqlite_where=text("together > 1"),
              postgresql_where=text("together > 1")),
        Index("ix_deliveries_digest", "subscriber_id", "message_id", sqlite_where=text("kind = 'digest'"),
              postgresql_where=text("kind = 'digest'")),
        Index("ix_deliveries_told", "subscriber_id", "settled_at", sqlite_where=text(TOLD), postgresql_where=text(TOLD)),
        Index("ix_deliveries_dead", "settled_at", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    kind: Mapped[DeliveryKind] = mapped_column(String(8), default=DeliveryKind.ALERT)
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.ALERT)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    notice: Mapped[dict[str, Any] | None]
    key: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[DeliveryState] = mapped_column(String(8), default=DeliveryState.DUE)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    claim: Mapped[str | None] = mapped_column(String(32))
    begun_at: Mapped[datetime | None]
    unreached_since: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    digest_id: Mapped[int | None] = mapped_column(BigInteger)
    post_version: Mapped[int | None]
    together: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Fanout(Base):
    """A post that very many wait for: whoever has this topic and an id above `after` is still to be enqueued."""

    __tablename__ = "fanouts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    after: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]


class Retelling(Base):
    """Very many were alerted of a post, and are owed an edit of that from `due_at` on: those whose alerts have ids above `after`.

    `only_once`: only those who are told a story once.
    """

    __tablename__ = "retellings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    only_once: Mapped[bool]
    after: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]

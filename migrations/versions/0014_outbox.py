"""Outbox"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
PEACE = True

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _extend_deliveries()
    op.execute("UPDATE deliveries SET kind = 'notice', priority = 1 WHERE post_id IS NULL")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint("uq_deliveries_subscriber_id_post_id", type_="unique")
        batch.create_unique_constraint("uq_deliveries_subscriber_id_post_id_kind", ["subscriber_id", "post_id", "kind"])
    _partial("uq_deliveries_key", ["subscriber_id", "key"], "key IS NOT NULL", unique=True)
    _partial("ix_deliveries_due", ["priority", "due_at", "subscriber_id"], "state IN ('due', 'claimed')")
    _partial("ix_deliveries_lane", ["subscriber_id", "id"], "state IN ('due', 'claimed', 'held')")
    _partial("ix_deliveries_joined", ["subscriber_id", "message_id"], "together > 1")
    _partial("ix_deliveries_dead", ["settled_at"], "state = 'dead'")
    _extend_people()
    _create_tables()


def _extend_deliveries() -> None:
    op.drop_index("ix_deliveries_due", "deliveries")
    op.add_column("deliveries", sa.Column("kind", sa.String(8), server_default="alert", nullable=False))
    op.add_column("deliveries", sa.Column("priority", sa.SmallInteger(), server_default="2", nullable=False))
    op.add_column("deliveries", sa.Column("key", sa.String(64), nullable=True))
    op.add_column("deliveries", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("together", sa.SmallInteger(), server_default="1", nullable=False))


def _partial(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where: dict[str, Any] = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
    op.create_index(name, "deliveries", columns, unique=unique, **where)


def _extend_people() -> None:
    for column in (
        sa.Column("timezone", sa.String(64), server_default="UTC", nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_to", sa.SmallInteger(), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest_every", sa.String(8), nullable=True),
        sa.Column("digest_minute", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("digest_days", sa.SmallInteger(), server_default="127", nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("subscribers", column)
    op.create_index("ix_subscribers_digest_at", "subscribers", ["digest_at"])
    op.add_column("subscriptions", sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscriptions", sa.Column("hourly_limit", sa.SmallInteger(), nullable=True))
    op.drop_index("ix_subscriptions_topic_id", "subscriptions")
    op.create_index("ix_subscriptions_topic", "subscriptions", ["topic_id", "subscriber_id"])


def _create_tables() -> None:
    op.create_table(
        "mutes",
        sa.Column("subscriber_id", ID, sa.ForeignKey("subscribers.id", name="fk_mutes_subscriber_id_subscribers",
                  ondelete="CASCADE"), nullable=False),
        sa.Column("channel_id", ID, sa.ForeignKey("channels.id", name="fk_mutes_channel_id_channels", ondelete="CASCADE"),
                  nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "channel_id", name="pk_mutes"),
    )  # fmt: skip
    op.create_table(
        "fanouts",
        sa.Column("id", ID, nullable=False),
        sa.Column("post_id", ID, sa.ForeignKey("posts.id", name="fk_fanouts_post_id_posts", ondelete="CASCADE"),
                  nullable=False),
        sa.Column("topic_id", ID, sa.ForeignKey("topics.id", name="fk_fanouts_topic_id_topics", ondelete="CASCADE"),
                  nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fanouts"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("fanouts")
    op.drop_table("mutes")
    op.drop_index("ix_subscriptions_topic", "subscriptions")
    op.create_index("ix_subscriptions_topic_id", "subscriptions", ["topic_id"])
    op.drop_index("ix_subscribers_digest_at", "subscribers")
    for name in ("muted_until", "hourly_limit"):
        op.drop_column("subscriptions", name)
    for name in ("timezone", "quiet_from", "quiet_to", "snoozed_until", "digest_every", "digest_minute", "digest_days",
                 "digest_at"):  # fmt: skip
        op.drop_column("subscribers", name)
    for name in (
        "uq_deliveries_key",
        "ix_deliveries_due",
        "ix_deliveries_lane",
        "ix_deliveries_joined",
        "ix_deliveries_dead",
    ):
        op.drop_index(name, "deliveries")
    op.execute("DELETE FROM deliveries WHERE kind IN ('update', 'digest')")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint("uq_deliveries_subscriber_id_post_id_kind", type_="unique")
        batch.create_unique_constraint("uq_deliveries_subscriber_id_post_id", ["subscriber_id", "post_id"])
        for name in ("kind", "priority", "key", "begun_at", "together"):
            batch.drop_column(name)
    _partial("ix_deliveries_due", ["due_at"], "state IN ('due', 'claimed')")

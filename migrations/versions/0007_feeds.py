"""Feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("subscriber_id", BIG_ID, nullable=False),
        sa.Column("topic_id", BIG_ID, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_feeds_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_feeds_topic_id_topics"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subscriber_id", "topic_id", name=op.f("pk_feeds")),
    )
    op.create_index(op.f("ix_feeds_topic_id"), "feeds", ["topic_id"])
    op.create_index(op.f("ix_feeds_token"), "feeds", ["token"])


def downgrade() -> None:
    op.drop_table("feeds")

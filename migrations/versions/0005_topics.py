"""Topics"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOPIC = ("emoji", "description", "queries", "version", "stamp", "secret", "rank", "deleted_at")
SUBSCRIPTION = ("priority", "paused", "channels", "languages", "thread_id", "thread_name", "ended_at")


def upgrade() -> None:
    _extend_topics()
    _extend_subscriptions()
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "awaited",
        sa.Column("subscriber_id", key, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("topic_id", key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_awaited_subscriber_id_subscribers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_awaited_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "user_id", name=op.f("pk_awaited")),
    )
    op.create_index(op.f("ix_awaited_topic_id"), "awaited", ["topic_id"])


def downgrade() -> None:
    op.drop_table("awaited")
    op.drop_index(op.f("ix_subscriptions_ended_at"), "subscriptions")
    op.drop_table("counters")
    op.drop_index(op.f("ix_topics_stamp"), "topics")
    # Not in a batch: SQLite would make the tables anew, and dropping the old ones deletes what refers to them.
    for table, columns in (("subscriptions", SUBSCRIPTION), ("topics", TOPIC)):
        for column in columns:
            op.drop_column(table, column)


def _extend_topics() -> None:
    op.add_column("topics", sa.Column("emoji", sa.String(length=16), nullable=True))
    op.add_column("topics", sa.Column("description", sa.String(length=512), nullable=True))
    op.add_column("topics", sa.Column("queries", sa.JSON(), nullable=True))
    op.add_column("topics", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("topics", sa.Column("stamp", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("topics", sa.Column("secret", sa.String(length=32), nullable=True))
    op.add_column("topics", sa.Column("rank", sa.Integer(), server_default="0", nullable=False))
    op.add_column("topics", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE topics SET stamp = id")
    op.create_index(op.f("ix_topics_stamp"), "topics", ["stamp"])
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.execute("INSERT INTO counters(name, value) SELECT 'topics', coalesce(max(id), 0) FROM topics")


def _extend_subscriptions() -> None:
    op.add_column("subscriptions", sa.Column("priority", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("subscriptions", sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("subscriptions", sa.Column("channels", sa.Text(), nullable=True))
    op.add_column("subscriptions", sa.Column("languages", sa.Text(), nullable=True))
    op.add_column("subscriptions", sa.Column("thread_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("subscriptions", sa.Column("thread_name", sa.String(length=128), nullable=True))
    op.add_column("subscriptions", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_subscriptions_ended_at"), "subscriptions", ["ended_at"])

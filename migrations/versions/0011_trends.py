"""Counts of words, and spikes of topics"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "word_counts",
        sa.Column("hours", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hours", "since", "word", name=op.f("pk_word_counts")),
    )
    op.create_table(
        "trend_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_state")),
    )
    op.create_table(
        "spikes",
        sa.Column("topic_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_spikes_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_spikes")),
    )


def downgrade() -> None:
    op.drop_table("spikes")
    op.drop_table("trend_state")
    op.drop_table("word_counts")

"""Proof of coverage, old posts on request, counts under posts"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("waits", sa.JSON(), nullable=True))
    op.add_column("channels", sa.Column("top", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("channels", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("channels", sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("polled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("watches", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posts", sa.Column("preview", sa.Text(), nullable=True))
    op.add_column("posts", sa.Column("forwards", sa.Integer(), nullable=True))
    op.add_column("posts", sa.Column("reactions", sa.JSON(), nullable=True))
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "post_counts",
        sa.Column("post_id", big_id, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("views", sa.Integer(), nullable=True),
        sa.Column("forwards", sa.Integer(), nullable=True),
        sa.Column("reactions", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_counts_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "seen_at", name=op.f("pk_post_counts")),
    )
    op.create_table(
        "histories",
        sa.Column("id", big_id, nullable=False),
        sa.Column("channel_id", big_id, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("subscriber_id", big_id, nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_histories_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_histories_subscriber_id_subscribers"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_histories")),
    )
    op.create_index(op.f("ix_histories_settled_at"), "histories", ["settled_at"])


def downgrade() -> None:
    op.drop_table("histories")
    op.drop_table("post_counts")
    for table, columns in (
        ("posts", ("reactions", "forwards", "preview")),
        ("watches", ("since",)),
        ("memberships", ("polled",)),
        ("channels", ("silent_since", "checked_at", "top")),
        ("accounts", ("waits",)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)

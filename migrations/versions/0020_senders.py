"""Senders, and the pace that they share"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    unlogged = {"postgresql": ["UNLOGGED"], "sqlite": []}[
        op.get_bind().dialect.name
    ]  # after a crash nothing of it is true
    op.create_table(
        "senders",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_senders"),
    )
    op.create_table(
        "bot_paces",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slowness", sa.Float(), nullable=False),
        sa.Column("quiet_until", TIME),
        sa.PrimaryKeyConstraint("bot_id", name="pk_bot_paces"),
    )
    op.create_table(
        "chat_paces",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("every", sa.Float(), nullable=False),
        sa.Column("free_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chat_paces"),
        prefixes=unlogged,
    )


def downgrade() -> None:
    for table in ("chat_paces", "bot_paces", "senders"):
        op.drop_table(table)

"""Edits of alerts that very many got"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "retellings",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "post_id",
            ID,
            sa.ForeignKey("posts.id", name="fk_retellings_post_id_posts", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("only_once", sa.Boolean(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retellings"),
    )


def downgrade() -> None:
    op.drop_table("retellings")

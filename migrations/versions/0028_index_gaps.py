"""What an older version stored while the index was a newer one's"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_gaps",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_index_gaps")),
    )


def downgrade() -> None:
    op.drop_table("index_gaps")

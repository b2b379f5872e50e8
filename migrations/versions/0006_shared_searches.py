"""Searches with filters and links"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("searches", sa.Column("filters", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("searches", sa.Column("token", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_searches_token"), "searches", ["token"])


def downgrade() -> None:
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_searches_token"))
        batch_op.drop_column("token")
        batch_op.drop_column("filters")

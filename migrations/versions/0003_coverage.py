"""Coverage"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("pts", sa.BigInteger(), nullable=True))
    op.add_column("channels", sa.Column("pushed", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("channels", sa.Column("found", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("channels", schema=None) as batch_op:
        for name in ("found", "pushed", "pts"):
            batch_op.drop_column(name)

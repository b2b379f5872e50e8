"""Updates"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("tells_once", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("matches", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("matches", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
    with op.batch_alter_table("subscribers", schema=None) as batch_op:
        batch_op.drop_column("tells_once")

"""How much a subscriber has searched lately is told by an index"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_searches_asked", "searches", ["subscriber_id", "asked_at"])
    op.drop_index("ix_searches_subscriber_id", table_name="searches")


def downgrade() -> None:
    op.create_index("ix_searches_subscriber_id", "searches", ["subscriber_id"])
    op.drop_index("ix_searches_asked", table_name="searches")

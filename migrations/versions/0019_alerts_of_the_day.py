"""How many alerts a subscriber got since midnight is told by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TOLD = sa.text("state = 'sent' AND kind = 'alert' AND message_id IS NOT NULL")


def upgrade() -> None:
    columns = ["subscriber_id", "settled_at"]
    op.create_index("ix_deliveries_told", "deliveries", columns, sqlite_where=TOLD, postgresql_where=TOLD)


def downgrade() -> None:
    op.drop_index("ix_deliveries_told", table_name="deliveries")

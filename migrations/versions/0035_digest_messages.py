"""Which digest a message is"""

import sqlalchemy as sa
from alembic import op

from migrations.writing import create_index

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

DIGEST = sa.text("kind = 'digest'")


def upgrade() -> None:
    columns = ["subscriber_id", "message_id"]
    create_index("ix_deliveries_digest", "deliveries", columns, sqlite_where=DIGEST, postgresql_where=DIGEST)


def downgrade() -> None:
    op.drop_index("ix_deliveries_digest", "deliveries")

"""Shingles: their hashes are made in another way, so what was stored finds no copy any more"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM story_shingles")


def downgrade() -> None:
    op.execute("DELETE FROM story_shingles")

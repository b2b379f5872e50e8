"""Vocabulary"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # a view of the index: it holds nothing
        op.execute("CREATE VIRTUAL TABLE post_index_vocabulary USING fts5vocab(post_index, instance)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE post_index_vocabulary")

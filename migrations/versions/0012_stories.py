"""Stories"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("story_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_posts_story",
        "posts",
        ["story_id"],
        sqlite_where=sa.text("story_id IS NOT NULL"),
        postgresql_where=sa.text("story_id IS NOT NULL"),
    )
    op.create_table(
        "story_shingles",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "post_id", name=op.f("pk_story_shingles")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("story_shingles")
    op.drop_index("ix_posts_story", "posts")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("story_id")

"""An index of terms, half the size of the one before, and how far it is built"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
PEACE = True


def upgrade() -> None:
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keys_version", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_state")),
    )
    op.execute("INSERT INTO index_state (id, keys_version) VALUES (1, 0)")
    op.execute("DROP TABLE post_index")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE post_index USING fts5(terms, content='', detail=none, columnsize=0, tokenize=ascii)"
        )
        op.execute("INSERT INTO post_index (post_index, rank) VALUES ('hashsize', 8388608)")
    else:
        op.execute(
            "CREATE TABLE post_index"
            " (post_id BIGINT PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, terms INTEGER[] NOT NULL)"
        )
        op.execute("CREATE INDEX ix_post_index_terms ON post_index USING gin (terms)")
        op.execute('CREATE TABLE post_index_forms (form TEXT COLLATE "C" PRIMARY KEY)')


def downgrade() -> None:
    op.drop_table("index_state")
    op.execute("DROP TABLE post_index")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE post_index USING fts5(keys, content='', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
    else:
        op.execute("DROP TABLE post_index_forms")
        op.execute(
            "CREATE TABLE post_index (post_id BIGINT PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, keys TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_post_index_keys ON post_index USING gin (keys)")

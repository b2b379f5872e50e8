"""PostgreSQL's index as a number for each token, and what the numbers mean"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
PEACE = True


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP TABLE post_index_forms")
    op.execute("DROP TABLE post_index")
    op.execute(
        "CREATE TABLE post_index (post_id BIGINT PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE,"
        " terms BIGINT[] NOT NULL, pairs SMALLINT[] NOT NULL)"
    )
    op.execute("CREATE INDEX ix_post_index_terms ON post_index USING gin (terms, pairs) WITH (fastupdate = off)")
    op.execute(
        'CREATE TABLE post_index_words (number BIGINT NOT NULL, form TEXT COLLATE "C" NOT NULL, keys BIGINT[] NOT NULL)'
    )
    op.execute("CREATE INDEX ix_post_index_words_form ON post_index_words (form, number)")
    op.execute("CREATE INDEX ix_post_index_words_keys ON post_index_words USING gin (keys) WITH (fastupdate = off)")
    op.execute("UPDATE index_state SET keys_version = 0")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP TABLE post_index_words")
    op.execute("DROP TABLE post_index")
    op.execute(
        "CREATE TABLE post_index"
        " (post_id BIGINT PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, terms INTEGER[] NOT NULL)"
    )
    op.execute("CREATE INDEX ix_post_index_terms ON post_index USING gin (terms)")
    op.execute('CREATE TABLE post_index_forms (form TEXT COLLATE "C" PRIMARY KEY)')
    op.execute("UPDATE index_state SET keys_version = 0")

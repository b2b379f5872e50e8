"""Let PostgreSQL's indexes of words take what is new by the quarter of a megabyte"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INDEXES = ("ix_post_index_terms", "ix_post_index_words_keys")


def upgrade() -> None:
    for index in _on_postgresql():
        op.execute(f"ALTER INDEX {index} SET (fastupdate = on, gin_pending_list_limit = 256)")


def downgrade() -> None:
    for index in _on_postgresql():
        op.execute(f"ALTER INDEX {index} RESET (gin_pending_list_limit)")
        op.execute(f"ALTER INDEX {index} SET (fastupdate = off)")


def _on_postgresql() -> tuple[str, ...]:
    return () if op.get_bind().dialect.name == "sqlite" else _INDEXES

"""Pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("post_id", BIG_ID, nullable=False),
        sa.Column("album_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_pictures_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["album_id"], ["posts.id"], name=op.f("fk_pictures_album_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_pictures")),
    )
    op.create_index(op.f("ix_pictures_album_id"), "pictures", ["album_id"])
    op.create_index(op.f("ix_pictures_settled_at"), "pictures", ["settled_at"])
    op.create_table(
        "picture_wishes",
        sa.Column("subscriber_id", BIG_ID, nullable=False),
        sa.Column("album_id", BIG_ID, nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_picture_wishes_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["album_id"], ["posts.id"], name=op.f("fk_picture_wishes_album_id_posts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_picture_wishes_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "album_id", name=op.f("pk_picture_wishes")),
    )
    op.create_index(op.f("ix_picture_wishes_album_id"), "picture_wishes", ["album_id"])
    op.create_index(op.f("ix_picture_wishes_delivery_id"), "picture_wishes", ["delivery_id"])
    op.add_column("subscribers", sa.Column("shows_pictures", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("subscribers") as batch_op:
        batch_op.drop_column("shows_pictures")
    op.drop_table("picture_wishes")
    op.drop_table("pictures")

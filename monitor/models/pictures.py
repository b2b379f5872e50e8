"""Pictures and videos of posts on their way from an account that reads the channel to the bot, which may not."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.models.mapping import Base


class Picture(Base):
    """The picture or video of one post: asked for, `claimed_at` by a listener, `settled_at` with its content or with a problem.

    `post_id` is the post's, `album_id` that of the first part of what came as one. Once the bot has sent it, `file_id` is how Telegram
    finds it again, and the content is dropped. `kind`: photo or video. `problem`: Telethon's name for it, or ours.
    """

    __tablename__ = "pictures"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_id: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None] = mapped_column(index=True)


class PictureWish(Base):
    """Who waits for the pictures of a post; the delivery says that it takes too long, until the pictures take its place."""

    __tablename__ = "picture_wishes"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)

"""What Telegram did not answer well, or at all: where it may fail again, it goes after what may fare better.

Telegram may be out of order for some chats, or for one post. What failed first is the oldest, so it would be tried first and fail
again, and others would wait behind it as if Telegram were away. But it may fare well by now: when something else was answered, one
such message keeps its place, or it would wait for as long as there is anything else to send.
"""

from bot.desk import Prepared

KEPT = 1000
"""So many chats and posts are remembered."""


class Failing:
    """Chats and posts that failed, until they are answered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], None] = {}

    def known(self, prepared: Prepared) -> int:
        """How much of the message has failed: its chat, each of its posts."""
        return sum(each in self._known for each in _parts(prepared)) if self._known else 0

    def add(self, prepared: Prepared) -> None:
        """It failed."""
        self._known |= dict.fromkeys(_parts(prepared))
        for each in list(self._known)[:-KEPT]:
            del self._known[each]

    def discard(self, prepared: Prepared) -> None:
        """It was answered."""
        for each in _parts(prepared):
            self._known.pop(each, None)


def _parts(prepared: Prepared) -> set[tuple[str, int]]:
    posts = {("post", row.post_id) for row in prepared.parcel.deliveries if row.post_id is not None}
    return {("chat", prepared.subscriber.chat_id), *posts}

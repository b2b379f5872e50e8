"""What happened in a channel besides new posts: edits and deletions leave no gap, but they move the channel's `pts`.

A push that continues the known pts moves it. The list of chats names the pts that a channel really has; where that is
another one, Telegram is asked for the difference (core.telegram.org/api/updates), or, where it is too long, for the
newest messages as they are now.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from telethon import TelegramClient, errors, functions, types

from monitor.incoming import IncomingPost
from monitor.telegram.backfill import reread
from monitor.telegram.convert import incoming_post
from monitor.telegram.known import Known
from monitor.telegram.pace import Pace, patiently
from monitor.troubles import log_failure

logger = logging.getLogger(__name__)

LIMIT = 100
MOST_PAGES = 100
RETRY_S = 1.0


class Changes:
    """Fetches the changes of one account's channels; `reach(channel_id)` is how it reaches one, None where it does not."""

    def __init__(
        self,
        client: TelegramClient,
        known: Known,
        reach: Callable[[int], types.InputPeerChannel | None],
        *,
        differences: Pace,
        messages: Pace,
    ) -> None:
        self._client = client
        self._known = known
        self._reach = reach
        self._differences = differences
        self._messages = messages
        self.fetched: Callable[[int, int], None] = lambda _channel_id, _top: None
        """Called when the changes of a channel were fetched, or cannot be, with the newest message that there is."""
        self._wanted: dict[int, int] = {}
        self._tops: dict[int, int] = {}
        self._asked = asyncio.Event()
        known.behind = self.ask

    def ask_for_posts(self, channel_id: int, pts: int, top: int) -> bool:
        """Have the changes up to `pts` bring the posts up to `top` too, a hundred a request; False where they cannot."""
        if not 0 < self._known.pts.get(channel_id, 0) < pts:
            return False
        self._tops[channel_id] = top
        self.ask(channel_id, pts)
        return True

    def ask(self, channel_id: int, pts: int) -> None:
        """Have the channel's changes fetched up to `pts`, which the list of chats has named."""
        if pts > self._known.pts.get(channel_id, 0):
            self._wanted[channel_id] = max(pts, self._wanted.get(channel_id, 0))
            self._asked.set()

    async def run(self) -> None:
        """Fetch what was asked for, until cancelled or the connection is lost."""
        while True:
            while self._wanted:
                channel_id = next(iter(self._wanted))
                await self._fetch(channel_id, self._wanted.pop(channel_id))
                if top := self._tops.pop(channel_id, 0):
                    self.fetched(channel_id, top)
            self._asked.clear()
            await self._asked.wait()

    async def refresh(self, channel_id: int, *, complete: bool = False) -> None:
        """Read the newest messages of a channel again and take over what differs; only stored posts are touched.

        `complete` says that no better way is left to learn of changes: what lies further back is given up.
        """
        peer = self._reach(channel_id)
        if peer is None:
            return
        newest = await self._known.newest(channel_id)
        posts, gone, as_of = await reread(self._client, peer, newest, pace=self._messages)
        await self._known.take_changes(channel_id, posts, gone, as_of, stored_only=True, complete=complete)

    async def _fetch(self, channel_id: int, target: int) -> None:
        peer, known = self._reach(channel_id), self._known.pts.get(channel_id, 0)
        if peer is None or known >= target:
            return
        try:
            if not known or not await self._differ(peer, known):
                await self.refresh(channel_id, complete=True)
        except OSError:
            self._wanted.setdefault(channel_id, target)
            raise
        except (errors.UnauthorizedError, errors.AuthKeyError):
            raise
        except errors.RPCError as error:
            logger.warning("cannot read changes: channel=%d error=%s", channel_id, type(error).__name__)
        except Exception:
            log_failure(logger, "could not store changes: channel=%d", channel_id)
            self._wanted.setdefault(channel_id, target)
            await asyncio.sleep(RETRY_S)

    async def _differ(self, peer: types.InputPeerChannel, known: int) -> bool:
        """Take over all changes after `known`; False if Telegram will not tell them one by one."""
        for _ in range(MOST_PAGES):
            difference = await self._difference(peer, known)
            if difference is None or isinstance(difference, types.updates.ChannelDifferenceTooLong):
                return False
            posts, new, gone = _told(difference)
            await self._known.take_changes(peer.channel_id, posts, gone, difference.pts, new=new)
            known = difference.pts
            if difference.final:
                return True
        return True

    async def _difference(self, peer: types.InputPeerChannel, known: int) -> Any:
        """The answer; None where the server does not know this pts."""
        channel = types.InputChannel(peer.channel_id, peer.access_hash)
        everything = types.ChannelMessagesFilterEmpty()
        request = functions.updates.GetChannelDifferenceRequest(channel, everything, known, LIMIT)
        await self._differences.turn()
        try:
            return await patiently(lambda: self._client(request))
        except (errors.PersistentTimestampInvalidError, errors.PersistentTimestampEmptyError):
            return None


def _told(difference: Any) -> tuple[list[IncomingPost], list[int], list[int]]:
    """The posts as a difference tells them, the ids of new messages, and the ids it says are gone."""
    if isinstance(difference, types.updates.ChannelDifferenceEmpty):
        return [], [], []
    new, changed, gone = list(difference.new_messages), list[Any](), list[int]()
    for update in difference.other_updates:
        if isinstance(update, types.UpdateNewChannelMessage):
            new.append(update.message)
        elif isinstance(update, types.UpdateEditChannelMessage):
            changed.append(update.message)
        elif isinstance(update, types.UpdateDeleteChannelMessages):
            gone.extend(update.messages)
    posts = (incoming_post(message) for message in [*new, *changed])
    return [post for post in posts if post is not None], [message.id for message in new], gone

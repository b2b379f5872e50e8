"""Fetching pictures and videos of posts that readers ask for."""

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from telethon import TelegramClient, errors, types

from monitor.models import Post
from monitor.pictures import LARGEST
from monitor.store import Store
from monitor.telegram.accounts import fail_for_good
from monitor.telegram.tasks import finished
from monitor.waiting import happened

logger = logging.getLogger(__name__)

Reach = Callable[[int], types.InputPeerChannel | None]


class Fetching:
    """One account's part of what is asked for; every `every_s` it looks for requests of other processes.

    `reach` says how the account reaches a channel, None if it does not.
    """

    def __init__(
        self, account: str, client: TelegramClient, store: Store, reach: Reach, *, every_s: float, answer_s: float
    ) -> None:
        self._account = account
        self._client = client
        self._store = store
        self._reach = reach
        self._every_s = every_s
        self._answer_s = answer_s

    async def run(self) -> NoReturn:
        """Fetch until cancelled."""
        requests = self._store.requests
        while True:
            requests.pictures_wanted.clear()
            while (wanted := await finished(requests.next_picture(self._account))) is not None:
                await self._fetch(*wanted)
            await happened(requests.pictures_wanted, self._every_s)

    async def _fetch(self, post: Post, kind: str) -> None:
        """What takes too long is left as it is, and what a data centre has that is not reached: another account, or this one later,
        may have it. Where our own connection is lost, all ends anyway."""
        try:
            async with asyncio.timeout(self._answer_s):
                content, problem = await self._download(post, kind)
        except errors.RPCError as error:
            fail_for_good(error)
            content, problem = None, type(error).__name__[:64]
        except TimeoutError:
            logger.warning("no picture in time: post=%d", post.id)
            return
        except (ConnectionError, ValueError) as error:  # Telethon has one for a data centre that it does not know
            logger.warning("no way to a picture: post=%d error=%s", post.id, error)
            return
        if problem is not None:
            logger.warning("cannot fetch a picture: post=%d problem=%s", post.id, problem)
        await finished(self._store.requests.settle_picture(post.id, content=content, problem=problem))

    async def _download(self, post: Post, kind: str) -> tuple[bytes | None, str | None]:
        """(the bytes, None) or (None, what is in the way)."""
        peer = self._reach(post.channel_id)
        message = await self._client.get_messages(peer, ids=post.message_id) if peer is not None else None
        if message is None or message.file is None:
            return None, "gone"
        if message.noforwards:
            return None, "protected"
        if (message.file.size or 0) > LARGEST[kind]:
            return None, "too_big"
        content = await self._client.download_media(message, bytes)
        return (content, None) if content else (None, "empty")

"""Translating posts that readers ask for, by Telegram's own translation (core.telegram.org/method/messages.translateText)."""

import asyncio
import logging
from typing import NoReturn

from telethon import TelegramClient, errors, functions, types

from monitor.models import Post
from monitor.store import Store
from monitor.telegram.accounts import fail_for_good
from monitor.telegram.tasks import finished
from monitor.waiting import happened

logger = logging.getLogger(__name__)


class Translating:
    """One account's part of what is asked for; every `every_s` it looks for requests of other processes."""

    def __init__(self, client: TelegramClient, store: Store, *, every_s: float, answer_s: float) -> None:
        self._client = client
        self._store = store
        self._every_s = every_s
        self._answer_s = answer_s

    async def run(self) -> NoReturn:
        """Translate until cancelled."""
        while True:
            self._store.requests.translations_wanted.clear()
            while (wanted := await finished(self._store.requests.next_translation())) is not None:
                await self._translate(*wanted)
            await happened(self._store.requests.translations_wanted, self._every_s)

    async def _translate(self, post: Post, language: str) -> None:
        try:
            async with asyncio.timeout(self._answer_s):
                text = await self._ask(post.text, language)
        except errors.RPCError as error:
            fail_for_good(error)
            logger.warning("cannot translate: post=%d error=%s", post.id, error.message)
            await finished(self._store.requests.settle_translation(post, language, problem=str(error.message)[:64]))
        except TimeoutError:
            logger.warning("no translation in time: post=%d", post.id)
        else:
            await finished(self._store.requests.settle_translation(post, language, text=text))

    async def _ask(self, text: str, language: str) -> str:
        """The text alone: so also posts can be translated that this account does not see."""
        asked = functions.messages.TranslateTextRequest(to_lang=language, text=[types.TextWithEntities(text, [])])
        answer = await self._client(asked)
        return str(answer.result[0].text)

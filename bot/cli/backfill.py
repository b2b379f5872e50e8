"""`dozor backfill @channel 30d`: the old posts of a watched channel, from the terminal."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select

from bot.cli.archive import archive
from bot.cli.progress import shown_with_posts
from bot.settings import AccountSettings, Settings, load
from monitor import channels, histories
from monitor.account_lock import AccountInUseError, account_lock
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.models import Channel, History, Membership

LOOK_S = 0.5


class BackfillError(MonitorError):
    """Telegram did not let the old posts be read."""

    code = "backfill"


def add_backfill(parser: ArgumentParser) -> None:
    """Arguments of `dozor backfill`."""
    parser.add_argument("channel", help="a watched channel: @name, link or id")
    parser.add_argument("depth", nargs="?", default="30d", help="how far back, as 12h, 30d or 8w (default: 30d)")
    parser.set_defaults(run=lambda options: asyncio.run(_backfill(load(options.config), options)))


async def _backfill(settings: Settings, options: Namespace) -> None:
    now = datetime.now(UTC)
    since = now - histories.depth(options.depth)
    async with archive(settings) as sessions:
        async with sessions.begin() as session:
            channel = await channels.by_name(session, options.channel)
            wish = await histories.request(session, channel.id, since, now)
            reader = await session.scalar(_reader(channel))
        account = next((each for each in settings.telegram.accounts if each.name == reader), None)
        history = await _done(settings, sessions, account, wish)
    if history.outcome != "history_done":
        raise BackfillError(
            f"Telegram did not let the old posts of {channel.title} be read: is the account banned from it?"
        )
    sys.stdout.write(f"{channel.title}: {history.posts} new\n")


def _reader(channel: Channel) -> Select[str]:
    return select(Membership.account).where(Membership.channel_id == channel.id, Membership.joined)


async def _done(settings: Settings, sessions: Sessions, account: AccountSettings | None, wish: History) -> History:
    """The request once it is settled: by the process that listens, or else by this one."""
    listening = asyncio.create_task(_listen(settings, sessions, account))
    total = wish.requested_at - wish.since
    try:
        with shown_with_posts("Old posts", int(total.total_seconds())) as progress:
            return await _settled(sessions, wish, listening, progress)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError, MonitorError):
            await listening


async def _settled(
    sessions: Sessions, wish: History, listening: "asyncio.Task[None]", progress: Callable[[int, int], None]
) -> History:
    while True:
        async with sessions() as session:
            history = await session.get_one(History, wish.id)
        if history.settled_at is not None:
            return history
        back = history.requested_at - history.reached_at if history.reached_at else timedelta(0)
        progress(int(back.total_seconds()), history.posts)
        if listening.done():
            listening.result()
        await asyncio.sleep(LOOK_S)


async def _listen(settings: Settings, sessions: Sessions, account: AccountSettings | None) -> None:
    """Listen, unless another process does."""
    from bot.listening import create_listener
    from monitor.store import Store
    from monitor.telegram.tasks import first_ended
    from monitor.topics import StandingTopics

    if account is None:
        return
    with suppress(AccountInUseError):
        async with account_lock(sessions.own, account.name, account.session) as lock:
            listener = create_listener(settings, account, Store(sessions, StandingTopics()))
            await first_ended(listener.run(), lock.watch())

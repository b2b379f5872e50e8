"""What happens to groups while the running product tells them of posts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.i18n import translator
from sandbox import membership
from sandbox.chats import Chat, Person
from sandbox.world import Channel
from tests.running import Running, running, until

EN = translator("en")


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as product:
        await product.watch(product.sandbox.world.add_channel("port_news", "Port News"))
        yield product


@pytest.fixture
def channel(run: Running) -> Channel:
    return run.sandbox.world.channel("port_news")


@pytest.fixture
def leyla(run: Running) -> Person:
    return run.sandbox.chats.add_person("Leyla")


async def subscribe(run: Running, chat: Chat, person: Person, thread: int | None = None) -> None:
    run.sandbox.chats.say(person, "/subscribe паром", chat, thread=thread)
    await until(lambda: any("паром" in each["text"] for each in told(run, chat)))


def told(run: Running, chat: Chat) -> list[dict[str, Any]]:
    """What the bot has said there."""
    return [each for each in chat.messages.values() if each["from"]["id"] == run.bot.id and "text" in each]


def alerts(run: Running, chat: Chat, words: str) -> list[dict[str, Any]]:
    return [each for each in told(run, chat) if words in each["text"]]


async def test_a_group_that_becomes_a_supergroup_goes_on_hearing_and_none_of_its_messages_is_taken_for_another(
    run: Running, channel: Channel, leyla: Person
) -> None:
    world, chats = run.sandbox.world, run.sandbox.chats
    group = chats.add_group("Friends", [leyla], admins=[leyla], basic=True)
    await subscribe(run, group, leyla)
    first = world.publish(channel, "Первый паром из Баку пришёл утром")
    await until(lambda: bool(alerts(run, group, "Первый")))
    grown = membership.promote(chats, group, leyla)
    changed: list[int] = []
    chats.subscribe(lambda kind, detail: changed.append(detail["chat"]["id"]) if kind == "edited" else None)
    world.publish(channel, "Второй паром из Актау ждёт погоды в порту")
    await until(lambda: bool(alerts(run, grown, "Второй")))
    world.edit(channel, first.id, "Первый паром из Баку пришёл вечером")
    world.publish(channel, "Третий паром из Туркменбаши отменили до понедельника")
    await until(lambda: bool(alerts(run, grown, "Третий")))
    second = alerts(run, grown, "Второй")[0]
    world.edit(channel, 2, "Второй паром из Актау ушёл")
    await until(lambda: "ушёл" in grown.messages[second["message_id"]]["text"])
    assert set(changed) == {grown.id}
    assert [len(alerts(run, grown, words)) for words in ("Первый", "Второй", "Третий")] == [0, 1, 1]


async def test_a_thread_that_somebody_deleted_is_made_anew_or_its_posts_come_in_general(
    run: Running, channel: Channel, leyla: Person
) -> None:
    chats = run.sandbox.chats
    me = chats.bots[run.bot.token]
    forum = chats.add_group("Forum", [leyla], admins=[leyla, me], forum=True)
    forum.threads[7] = "Ferries"
    await subscribe(run, forum, leyla, thread=7)
    del forum.threads[7]
    run.sandbox.world.publish(channel, "Первый паром из Баку пришёл утром")
    await until(lambda: bool(alerts(run, forum, "Первый")))
    (thread,) = forum.threads
    assert forum.threads[thread] == "паром"
    assert alerts(run, forum, "Первый")[0]["message_thread_id"] == thread
    del forum.threads[thread]
    forum.admins.discard(me.id)
    run.sandbox.world.publish(channel, "Второй паром из Актау ждёт погоды в порту")
    await until(lambda: bool(alerts(run, forum, EN("notice-thread_gone"))))
    assert "message_thread_id" not in alerts(run, forum, "Второй")[0]


async def test_a_group_in_which_the_bot_may_not_write_gets_what_it_missed_when_it_may(
    run: Running, channel: Channel, leyla: Person
) -> None:
    chats = run.sandbox.chats
    me = chats.bots[run.bot.token]
    silent, other = (chats.add_group(title, [leyla], admins=[leyla]) for title in ("Silent", "Other"))
    for group in (silent, other):
        await subscribe(run, group, leyla)
    silent.muted.add(me.id)
    run.sandbox.world.publish(channel, "Первый паром из Баку пришёл утром")
    await until(lambda: bool(alerts(run, other, "Первый")))
    silent.muted.discard(me.id)
    assert not alerts(run, silent, "Первый")
    membership.join(chats, silent, me, leyla, admin=True)
    await until(lambda: len(alerts(run, silent, "Первый")) == 1)

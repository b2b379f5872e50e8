"""The first minute and a topic's whole life, on the sandbox's page in a real browser, wide and on a phone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.world import Channel
from tests.browser import PHONE, WIDE, keep, needs_chromium, opened
from tests.end_to_end.test_page import messages, say
from tests.running import Running, running, until

pytestmark = needs_chromium
SIZES = [("wide-light", WIDE, "light"), ("phone-dark", PHONE, "dark")]
EMBASSIES = "🏛 Посольства\nЧто происходит в посольствах\nru: посольство | консульство\nen: embassy | consulate"
FIRES = "🔥 Пожары\nпожар"


@asynccontextmanager
async def stage(folder: Path, *, threads: bool = False) -> AsyncIterator[tuple[Running, Channel]]:
    """A watched channel with posts of twelve days, and two public topics."""
    async with running(folder) as run:
        run.bot.has_threads = threads
        channel = run.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        await run.watch(channel)
        now = datetime.now(UTC)
        for number in range(60):
            text = ["Пожар на складе", "Посольство в Баку закрыто", "Открыли выставку Зеленского"][number % 3]
            date = now - timedelta(hours=5 * (60 - number))
            run.sandbox.world.publish(channel, f"{text}, номер {number}", date=date)
        admin = run.sandbox.chats.chats[run.admin.id]
        for topic in (EMBASSIES, FIRES):
            before = admin.last_id
            run.sandbox.chats.say(run.admin, f"/publish {topic}")
            await until(lambda: admin.last_id > before + 1)  # noqa: B023 -- awaited before it changes
        yield run, channel


@pytest.mark.parametrize(("name", "size", "scheme"), SIZES)
async def test_the_first_minute(tmp_path: Path, name: str, size: tuple[int, int], scheme: str) -> None:
    async with (
        stage(tmp_path) as (run, channel),
        opened(f"{run.sandbox.control_url}/?name=Leyla", size, scheme) as page,
    ):
        await page.get_by_role("button", name="Start").click()
        greeting = messages(page).last
        await expect(greeting.get_by_role("button", name="Посольства")).to_be_visible()
        await keep(page, f"start-{name}")
        await press(greeting, "Посольства")
        await expect(greeting).to_contain_text("Subscribed: 🏛 Посольства")
        await expect(greeting).to_contain_text("номер")
        await expect(messages(page)).to_have_count(1)
        await keep(page, f"taken-{name}")
        run.sandbox.world.publish(channel, "У посольства в Баку собрались люди")
        await expect(messages(page)).to_have_count(2)
        await expect(messages(page).last.locator("b", has_text="посольства")).to_be_in_viewport()
        await keep(page, f"first-alert-{name}")


@pytest.mark.parametrize(("name", "size", "scheme"), SIZES)
async def test_a_topic_is_tried_made_tuned_edited_ended_and_taken_back(
    tmp_path: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    async with (
        stage(tmp_path) as (run, channel),
        opened(f"{run.sandbox.control_url}/?name=Leyla", size, scheme) as page,
    ):
        await say(page, "Zelensky")
        card = messages(page).last
        await expect(card).to_contain_text("That is little")
        await press(card, "~Zelensky")
        await expect(card.locator("code").nth(1)).to_contain_text("█")
        await keep(page, f"tried-{name}")
        await press(card, "Subscribe")
        await expect(card).to_contain_text("Subscribed: ~Zelensky")
        await press(card, "Settings")
        await tune(page, card, name)
        await edit(page, card, name)
        card = messages(page).last
        await share(page, card, name)
        await press(card, "Unsubscribe")
        await expect(card).to_contain_text("I no longer tell you of: 🕊 Зеленский")
        run.sandbox.world.publish(channel, "Зеленский прибыл, и никто не узнал")
        await press(card, "Undo")
        await expect(card).to_contain_text("Subscribed: 🕊 Зеленский")
        run.sandbox.world.publish(channel, "Зеленский прибыл в Баку")
        await expect(messages(page).last).to_contain_text("прибыл в Баку")
        await say(page, "/topics")
        await keep(page, f"topics-{name}")
        await press(messages(page).last, "Public")
        await expect(messages(page).last).to_contain_text("Что происходит в посольствах")
        await keep(page, f"public-{name}")


async def tune(page: Page, card: Locator, name: str) -> None:
    """Every setting, by buttons of the one message."""
    await press(card, "Digest")
    await expect(card).to_contain_text("in a digest")
    await press(card, "At once")
    await press(card, "Pause")
    await expect(card).to_contain_text("paused")
    await press(card, "Resume")
    await press(card, "Urgent")
    await expect(card).to_contain_text("rings in quiet hours too")
    await press(card, "All channels")
    await press(card, "Осторожно, новости")
    await expect(card.get_by_role("button", name="✓ Осторожно, новости")).to_be_visible()
    await keep(page, f"channels-of-topic-{name}")
    await press(card, "Back")
    await press(card, "All languages")
    await press(card, "русский")
    await expect(card.get_by_role("button", name="✓ русский")).to_be_visible()
    await press(card, "Back")
    await expect(card.get_by_role("button", name="🌐 русский")).to_be_visible()
    await keep(page, f"card-{name}")


async def edit(page: Page, card: Locator, name: str) -> None:
    """A wrong query, a right one, a name."""
    await press(card, "Query")
    await expect(card).to_contain_text("Send me the new query")
    await keep(page, f"edit-{name}")
    await write(page, '~Зеленский "выставка')
    await expect(messages(page).last).to_contain_text("closing quote")
    await write(page, "~Зеленский | выставка")
    card = messages(page).last
    await expect(card).to_contain_text("Saved")
    await press(card, "Name")
    await write(page, "🕊 Зеленский")
    await expect(messages(page).last).to_contain_text("🕊 Зеленский")


async def share(page: Page, card: Locator, name: str) -> None:
    """The link, and the way back."""
    await press(card, "Share")
    await expect(card.get_by_role("link", name="t.me/dozor_bot?start=t")).to_be_visible()
    await keep(page, f"share-{name}")
    await press(card, "Back")
    await expect(card.get_by_role("button", name="Unsubscribe")).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Answer a question: it goes when the answer comes, so that there is not one message more."""
    await page.get_by_label("Message").fill(text)
    await page.get_by_role("button", name="Send").click()


async def press(message: Locator, label: str) -> None:
    await message.get_by_role("button", name=label).first.click()


@pytest.mark.parametrize(("name", "size", "scheme"), SIZES)
async def test_each_topic_has_a_thread(tmp_path: Path, name: str, size: tuple[int, int], scheme: str) -> None:
    async with (
        stage(tmp_path, threads=True) as (run, channel),
        opened(f"{run.sandbox.control_url}/?name=Leyla", size, scheme) as page,
    ):
        await say(page, "/subscribe выставка")
        await say(page, "/subscribe пожар")
        tabs = page.locator("#threads button")
        await expect(tabs).to_have_text(["All", "выставка", "пожар"])
        run.sandbox.world.publish(channel, "Пожар на выставке")
        run.sandbox.world.publish(channel, "Пожар потушен")
        await tabs.filter(has_text="пожар").click()
        await expect(messages(page).filter(visible=True).last).to_contain_text("Пожар потушен")
        await expect(messages(page).filter(has_text="на выставке", visible=True)).to_have_count(0)
        await keep(page, f"threads-{name}")
        await tabs.filter(has_text="выставка").click()
        await expect(messages(page).filter(visible=True).last).to_contain_text("Пожар на выставке")

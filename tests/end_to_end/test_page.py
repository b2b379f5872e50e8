"""The running product, used on the sandbox's page in a real browser, wide and on a phone."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import PHONE, WIDE, keep, needs_chromium, opened
from tests.running import running

pytestmark = needs_chromium


@pytest.mark.parametrize(("name", "size", "scheme"), [("wide-light", WIDE, "light"), ("phone-dark", PHONE, "dark")])
async def test_somebody_watches_subscribes_is_alerted_and_presses_buttons(
    tmp_path: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    async with running(tmp_path) as run:
        channel = run.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        async with opened(f"{run.sandbox.control_url}/?name=Admin", size, scheme) as page:
            await say(page, "/watch")
            await page.locator("#keyboard button").first.click()
            await page.locator("#keyboard button", has_text="Осторожно, новости").click()
            await expect(messages(page).last).to_contain_text("I am watching")
            await say(page, "/subscribe ~Ibragimov гражданство")
            await expect(messages(page).last).to_contain_text("Subscribed")
            run.sandbox.world.publish(channel, "Главу диаспоры Ибрагимова лишили гражданства")
            alert = messages(page).last
            await expect(alert).to_contain_text("Осторожно, новости")
            await expect(alert.locator("b", has_text="Ибрагимова")).to_be_visible()
            await expect(alert.get_by_role("link", name="Open the post")).to_be_visible()
            await keep(page, f"alert-{name}")
            await say(page, "/unsubscribe")
            await messages(page).last.get_by_role("button", name="Ibragimov").click()
            await expect(messages(page).last.get_by_role("button", name="Ibragimov")).to_have_count(0)
            await say(page, "/search гражданство")
            await expect(messages(page).last.locator("b", has_text="гражданства")).to_be_visible()
            await keep(page, f"search-{name}")


async def say(page: Page, text: str) -> None:
    """Type it and send it; the answer is the next message of the bot."""
    before = await messages(page).count()
    await page.get_by_label("Message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(messages(page).nth(before)).to_be_visible()


def messages(page: Page) -> Locator:
    """What the bot said."""
    return page.locator(".message:not(.mine)")

"""The archive in the chat, on the sandbox's page in a real browser: filters of a search, a link, the picture of /stats."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from sandbox.entities import Media
from tests.browser import PHONE, WIDE, keep, needs_chromium, opened
from tests.end_to_end.test_page import messages, say
from tests.running import Running, running

pytestmark = needs_chromium
CHANNELS = {"ostorozhno": "Осторожно, новости", "rian_ru": "РИА Новости", "azertac": "AZƏRTAC"}


async def fill(run: Running) -> None:
    """Three channels have written about Baku for a day and a half; the product has read all of it."""
    world, now = run.sandbox.world, datetime.now(UTC)
    channels = [world.add_channel(name, title) for name, title in CHANNELS.items()]
    await run.watch(*channels)
    for number in range(36):
        for channel in channels[: 1 + number % 3]:
            media = Media("photo", b"", "image/jpeg") if number % 4 == 0 else None
            world.publish(channel, f"Новости из Баку, час {number}", date=now - timedelta(hours=number), media=media)


@pytest.mark.parametrize(("name", "size", "scheme"), [("wide-light", WIDE, "light"), ("phone-dark", PHONE, "dark")])
async def test_somebody_filters_answers_and_looks_at_a_picture(
    tmp_path: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    async with running(tmp_path) as run:
        await fill(run)
        async with opened(f"{run.sandbox.control_url}/?name=Leyla", size, scheme) as page:
            await search_until_complete(page)
            results = messages(page).last
            await results.get_by_role("button", name="All channels").click()
            await keep(page, f"filters-{name}")
            await results.get_by_role("button", name="AZƏRTAC").click()
            await expect(results).to_contain_text("12 posts")
            await results.get_by_role("button", name="All posts").click()
            await results.get_by_role("button", name="With media").click()
            await expect(results.get_by_role("button", name="With media")).to_be_visible()
            await keep(page, f"filtered-{name}")
            await say(page, "/stats Баку")
            picture = page.locator("img.picture").last
            await expect(picture).to_be_visible()
            if scheme == "dark":
                source = await picture.get_attribute("src")
                await messages(page).last.get_by_role("button", name="Dark picture").click()
                await expect(picture).not_to_have_attribute("src", source or "")
            await messages(page).last.get_by_role("button", name="24 h").click()
            await expect(messages(page).last).to_contain_text("24 hours")
            await expect(page.locator("#answer")).to_be_hidden()
            await picture.evaluate("each => each.decode()")
            await keep(page, f"stats-{name}")


async def search_until_complete(page: Page) -> None:
    """Search until every post has arrived in the archive."""
    for _ in range(20):
        await say(page, "/search Баку")
        if "72 posts" in (await messages(page).last.text_content() or ""):
            return
    raise AssertionError("the posts did not arrive")

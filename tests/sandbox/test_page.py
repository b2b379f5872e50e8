"""The page in a real browser: what a person sees and does."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from sandbox.telegram import Sandbox
from tests.browser import needs_chromium, opened

pytestmark = needs_chromium


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        sandbox.add_bot("4242:loopback")
        yield sandbox


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    async with opened(f"{sandbox.bot_api_url}/?name=Leyla") as page:
        yield page


async def test_a_post_appears_is_edited_and_struck_out(sandbox: Sandbox, page: Page) -> None:
    sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
    bold = [{"type": "bold", "offset": 0, "length": 6}]
    post = sandbox.world.publish("ostorozhno_novosti", "Первая <b>новость</b>", entities=bold)
    shown = page.locator(".post")
    await expect(shown.locator(".text")).to_have_text("Первая <b>новость</b>")
    await expect(shown.locator(".text b")).to_have_text("Первая")
    sandbox.world.edit("ostorozhno_novosti", post.id, "Исправленная новость")
    await expect(shown.locator(".text")).to_have_text("Исправленная новость")
    sandbox.world.delete("ostorozhno_novosti", post.id)
    await expect(page.locator(".post.gone")).to_have_count(1)


async def test_a_person_writes_and_presses_a_button(sandbox: Sandbox, page: Page) -> None:
    await page.get_by_label("Message").fill("/start")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".message.mine .text")).to_have_text("/start")
    bot = sandbox.chats.bots["4242:loopback"]
    person = sandbox.chats.add_person("Leyla")
    markup = {"inline_keyboard": [[{"text": "older", "callback_data": "page:2"}]]}
    sent = sandbox.chats.send(bot, sandbox.chats.chats[person.id], text="page 1", reply_markup=markup)
    async with page.expect_response("**/control/press"):
        await page.get_by_role("button", name="older").click()
    assert bot.updates[-1]["callback_query"]["data"] == "page:2"
    sandbox.chats.edit(sandbox.chats.chats[person.id], sent["message_id"], text="page 2", reply_markup=None)
    await expect(page.locator(".message:not(.mine) .text")).to_have_text("page 2")


async def test_on_a_phone_one_column_is_shown_at_a_time(sandbox: Sandbox, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(page.locator("#channels")).to_be_hidden()
    await page.locator("[data-show=channels]").click()
    await expect(page.locator("#channels")).to_be_visible()
    await expect(page.locator("#chat")).to_be_hidden()

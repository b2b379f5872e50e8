"""The page in a real browser: what a person sees and does."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from sandbox.control.posts import KINDS
from sandbox.telegram import Sandbox
from sandbox.world import World
from tests.browser import PHONE, WIDE, keep, needs_chromium, opened
from tests.running import running

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


async def test_what_came_unseen_is_counted_until_it_is_looked_at(sandbox: Sandbox, page: Page) -> None:
    sandbox.world.add_channel("news", "News")
    await page.set_viewport_size({"width": 390, "height": 800})
    for number in range(3):
        sandbox.world.publish("news", f"post {number}")
    tab = page.locator("[data-show=channels]")
    await expect(tab.locator(".unread")).to_have_text("3")
    await tab.click()
    await expect(tab.locator(".unread")).to_be_hidden()
    await expect(page.locator(".post").last).to_be_in_viewport()


async def test_an_album_is_one_bubble(sandbox: Sandbox, page: Page) -> None:
    sandbox.world.add_channel("news", "News")
    sandbox.world.publish_album("news", "caption", [KINDS["photo"], KINDS["video"], KINDS["photo"]])
    await expect(page.locator(".post")).to_have_count(1)
    await expect(page.locator(".post .tile")).to_have_count(3)
    await expect(page.locator(".post .text")).to_have_text("caption")


async def test_the_reply_keyboard_shares_a_channel(sandbox: Sandbox, page: Page) -> None:
    sandbox.world.add_channel("news", "News")
    bot, leyla = sandbox.chats.bots["4242:loopback"], sandbox.chats.add_person("Leyla")
    button = {"text": "Pick", "request_chat": {"request_id": 1, "chat_is_channel": True, "request_title": True}}
    sandbox.chats.send(bot, sandbox.chats.chats[leyla.id], text="Which?", reply_markup={"keyboard": [[button]]})
    await page.get_by_role("button", name="Pick").click()
    await page.locator("#keyboard").get_by_role("button", name="News").click()
    await expect(page.locator(".message.mine .text")).to_have_text("Channel: News")
    assert bot.updates[-1]["message"]["chat_shared"]["title"] == "News"


async def test_a_mistake_of_the_page_is_shown(sandbox: Sandbox, page: Page) -> None:
    bot, leyla = sandbox.chats.bots["4242:loopback"], sandbox.chats.add_person("Leyla")
    markup = {"inline_keyboard": [[{"text": "old", "callback_data": "x"}]]}
    chat = sandbox.chats.chats[leyla.id]
    sent = sandbox.chats.send(bot, chat, text="?", reply_markup=markup)
    await expect(page.get_by_role("button", name="old")).to_be_visible()
    del chat.messages[sent["message_id"]]
    await page.get_by_role("button", name="old").click()
    await expect(page.get_by_role("status")).to_contain_text("There is no message")


async def say(page: Page, text: str, answer: str) -> None:
    """Write to the bot and wait for an answer that contains some words."""
    before = await page.locator(".message:not(.mine)").count()
    await page.get_by_label("Message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".message:not(.mine)").nth(before)).to_contain_text(answer, timeout=30_000)


def publish_formatted(world: World) -> None:
    world.publish("rian_ru", "Новость из архива", views=18_400)
    source = world.publish("azertac", "Bakıda metro bağlandı", views=2_300)
    world.publish_album("rian_ru", "Баку сегодня утром: кадры с набережной", [KINDS["photo"]] * 3)
    world.publish("rian_ru", "Сегодня в Баку закрыли метро", forward_from=source, views=5_120)
    text = "Баку: важное\nПодробности на example.org\nСекрет внутри"
    world.publish("rian_ru", text, entities=[
        {"type": "bold", "offset": 0, "length": 12},
        {"type": "url", "offset": 28, "length": 11},
        {"type": "spoiler", "offset": 40, "length": 13},
    ])  # fmt: skip
    world.react("rian_ru", 1, "🔥", 12)


async def photograph(url: str) -> None:
    """How it looks, kept for whoever wants to see it."""
    for size, scheme in itertools.product((WIDE, PHONE), ("light", "dark")):
        async with opened(url, size, scheme) as page:
            await keep(page, f"page-{size[0]}-{scheme}")
            if size == PHONE:
                await page.locator("[data-show=channels]").click()
                await keep(page, f"page-{size[0]}-{scheme}-channels")


async def test_with_the_product_one_subscribes_is_alerted_and_turns_pages(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        world = run.sandbox.world
        await run.watch(world.add_channel("rian_ru", "РИА Новости"), world.add_channel("azertac", "AZƏRTAC"))
        url = f"{run.sandbox.control_url}/?name=Leyla"
        async with opened(url) as page:
            await page.get_by_role("button", name="Start").click()
            await expect(page.locator(".message:not(.mine)")).to_have_count(1, timeout=30_000)
            await say(page, "/subscribe Баку | Bakı", "Баку")
            alerts = page.locator(".message:not(.mine)", has=page.locator("a[href^='https://t.me/']"))
            for number in range(12):
                world.publish("azertac", f"Bakı, xəbər {number}")
            await expect(alerts).to_have_count(12, timeout=30_000)
            publish_formatted(world)
            await expect(alerts).to_have_count(15, timeout=30_000)
            forwarded = alerts.filter(has_text="metro bağlandı")
            await expect(forwarded).to_contain_text("➕", timeout=30_000)  # no alert of its own: the same story
            await photograph(url)
            await say(page, "/search Баку | Bakı", "older")
            results = page.locator(".message:not(.mine)").last
            shown = await results.locator(".text").text_content()
            await results.get_by_role("button", name="older").click()
            await expect(results.locator(".text")).not_to_have_text(shown or "", timeout=30_000)
            await alerts.first.locator("a[href^='https://t.me/']").last.click()
            await expect(page.locator(".post.flash")).to_be_in_viewport()

"""Somebody's first look at the bot, on posts as the demo plays them: what the README shows is kept from here."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.cli.demo import TOPICS
from sandbox.control.channels import STORY
from sandbox.world import Channel
from tests.browser import PHONE, WIDE, keep, needs_chromium, opened
from tests.end_to_end.test_page import messages, say
from tests.end_to_end.test_topics_page import press
from tests.running import Running, running, until

pytestmark = needs_chromium
NEWS = "Рустама Ибрагимова лишили российского гражданства. Видео, на котором ему зачитывают решение, сняли в посольстве в Баку."


async def tell(run: Running) -> list[Channel]:
    """The channels of the demo, with its posts in the last four days; its topics are public."""
    world, now = run.sandbox.world, datetime.now(UTC)
    described = json.loads((STORY / "channels.json").read_text(encoding="utf-8"))
    channels = {each["username"]: world.add_channel(each["username"], each["title"]) for each in described}
    await run.watch(*channels.values())
    lines = (STORY / "events.jsonl").read_text(encoding="utf-8").splitlines()
    posts = [event for event in map(json.loads, lines) if event["do"] == "post" and "grouped_id" not in event]
    for number, post in enumerate(posts):
        date = now - timedelta(minutes=30 * (len(posts) - number))
        world.publish(channels[post["channel"]], post["text"], date=date)
    admin = run.sandbox.chats.chats[run.admin.id]
    for topic in TOPICS:
        before = admin.last_id
        run.sandbox.chats.say(run.admin, f"/publish {topic}")
        await until(lambda: admin.last_id > before + 1)  # noqa: B023 -- awaited before it changes
    return list(channels.values())


async def ask_until_found(page: Page, query: str) -> None:
    """Ask until the posts have arrived in the archive; what was asked before that is not in the picture."""
    for _ in range(20):
        await say(page, query)
        if "No post" not in (await messages(page).last.text_content() or ""):
            return
    raise AssertionError("the posts did not arrive")


@pytest.mark.parametrize(("name", "size", "scheme"), [("wide-dark", WIDE, "dark"), ("phone-light", PHONE, "light")])
async def test_somebody_looks_at_the_bot_for_the_first_time(
    tmp_path: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    async with (
        running(tmp_path) as run,
        opened(f"{run.sandbox.control_url}/?name=Nora", size, scheme) as page,
    ):
        channels = await tell(run)
        await say(page, "/start")
        for label in ("Посольства", "Аресты", "Погода"):
            await expect(messages(page).last.get_by_role("button", name=label)).to_be_in_viewport()
        await keep(page, f"look-start-{name}")
        await ask_until_found(page, "~Ibragimov гражданство")
        card = messages(page).last
        await expect(card.locator("b", has_text="Ибрагимов").first).to_be_in_viewport()
        await keep(page, f"look-tried-{name}")
        await press(card, "Subscribe")
        await expect(card).to_contain_text("Subscribed")
        for channel in channels[:3]:
            run.sandbox.world.publish(channel, NEWS)
        alert = messages(page).last
        await expect(alert).to_contain_text("2 channels")
        await expect(alert.get_by_role("button", name="Who told it, and when")).to_be_in_viewport()
        await keep(page, f"look-alert-{name}")
        await say(page, "/stats Баку")
        picture = page.locator("img.picture").last
        await expect(picture).to_be_in_viewport()
        await picture.evaluate("each => each.decode()")
        await keep(page, f"look-stats-{name}")

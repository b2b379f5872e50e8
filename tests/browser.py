"""A real browser for tests: Chromium, as Debian packages it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)  # ms; the product may still be starting
WIDE, PHONE = (1280, 800), (390, 844)
ARTEFACTS = Path(__file__).parent.parent / "artefacts"

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium (Debian) gets one")


@asynccontextmanager
async def opened(url: str, size: tuple[int, int] = WIDE, scheme: str = "light") -> AsyncIterator[Page]:
    """The sandbox's page at this url, in a window of this size, once it is ready."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        viewport = {"width": size[0], "height": size[1]}
        page = await browser.new_page(viewport=viewport, color_scheme="dark" if scheme == "dark" else "light")  # type: ignore[arg-type]
        await page.goto(url)
        await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
        yield page
        await browser.close()


async def keep(page: Page, name: str) -> None:
    """A picture of the page for people to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTEFACTS / f"{name}.png")

"""Makes the README's picture again: `python -m tests.screenshot` (needs headless Chromium)."""

import asyncio
import io
import tempfile
from itertools import islice
from pathlib import Path

from PIL import Image

import bot.sandbox
from bot import logs
from bot.demo.feed import comments
from bot.demo.newsroom import ANNA, BEN, MODERATORS, Newsroom, open_newsroom
from tests.bot.sandbox.browser import Page, browse

TARGET = Path(bot.sandbox.__path__[0], "page", "screenshot.png")
WIDTH, HEIGHT, SCALE, GAP = 380, 800, 2, 48
FIRST = 6
"""English samples that are written at first: two of them are flagged."""
QUIET = "getComputedStyle(document.querySelector('#toast')).opacity === '0'"


async def shoot() -> list[bytes]:
    """Two phones: the moderators' chat, and review mode in the dark."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_newsroom() as newsroom, browse(Path(folder)) as page:
            samples = (comment for comment in comments(None) if comment.language == "en")
            for comment in islice(samples, FIRST):
                newsroom.write(comment)
            chat = await _chat(newsroom, page)
            for comment in samples:
                newsroom.write(comment)
            return [chat, await _review(newsroom, page)]


async def _chat(newsroom: Newsroom, page: Page) -> bytes:
    await _open(newsroom, page, ANNA, MODERATORS)
    await page.click(".key", "Reject")
    await page.click(".key", "Insult")
    await page.wait("document.querySelector('#log').innerText.includes('Rejected by Anna · insult')")
    await page.wait(QUIET)
    return await page.picture()


async def _review(newsroom: Newsroom, page: Page) -> bytes:
    sandbox = newsroom.sandbox
    await sandbox.wait_for(lambda: sum("reply_markup" in message for message in sandbox.messages(MODERATORS)) > 3)
    sandbox.send(BEN, BEN, "/review")
    await _open(newsroom, page, BEN, BEN, dark=True)
    await page.click(".key", "Reject")
    await page.wait("document.querySelector('#log').innerText.includes('Before:')")
    await page.wait(QUIET)
    return await page.picture()


async def _open(newsroom: Newsroom, page: Page, person: int, chat: int, dark: bool = False) -> None:
    await page.open(f"{newsroom.sandbox.url}/#{person}/{chat}", WIDTH, HEIGHT, dark, SCALE)
    await page.wait("document.querySelector('#live.on') && document.querySelector('.key') !== null", 20)


def compose(shots: list[bytes]) -> Image.Image:
    """The pictures side by side on nothing, in so few colours that the file stays small."""
    phones = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    wide = sum(phone.width for phone in phones) + GAP * (len(phones) - 1)
    sheet = Image.new("RGB", (wide, HEIGHT * SCALE), "white")
    for place, phone in enumerate(phones):
        sheet.paste(phone, (place * (WIDTH * SCALE + GAP), 0))
    return sheet.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


if __name__ == "__main__":
    logs.set_up("error")
    compose(asyncio.run(shoot())).save(TARGET, optimize=True)

"""A moderator's morning in a real browser: the service, the sandbox and the chat page together, with pictures of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.newsroom import ANNA, BEN, MODERATORS, NAMES, READERS, Newsroom, open_newsroom
from bot.telegram.texts import Texts, load
from moderation.comment import Comment, Thread
from tests.bot.sandbox.browser import CHROMIUM, Page, browse

PICTURES = os.environ.get("FLAGDESK_TEST_SCREENSHOTS", "")
"""The folder for the pictures; unset: one that pytest clears away."""
KIND = "The old detour took me twenty minutes every morning."
RUDE = {"en": "You are a stupid fucking idiot, shut your mouth!", "de": "Halt dein dummes Maul, du dreckiger Idiot!"}
CROWD = {
    "en": ("Fuck you, you worthless bastard.", "You retarded piece of shit, fuck off you asshole."),
    "de": ("Halt dein dummes Maul, du fetter Idiot.", "Halt dein dummes Maul, du blöde Kuh, du dumme Sau."),
}
BRIDGE = Thread("bridge", "New bridge opens after three years", "")
LAST = "[...document.querySelectorAll('.message')].at(-1)"
LOG = "document.querySelector('#log').innerText"


@dataclass
class Visit:
    """A newsroom, and a browser that looks at it."""

    newsroom: Newsroom
    page: Page
    texts: Texts
    size: tuple[int, int]
    dark: bool
    pictures: Path

    @property
    def title(self) -> str:
        """The moderators' chat."""
        return NAMES[self.texts.language].moderators

    def words(self, key: str) -> str:
        return self.texts.plain(key)

    def write(self, text: str, author: str = "Rolf") -> int:
        """A reader writes; the message's number."""
        number = len(self.newsroom.written)
        return self.newsroom.write(Comment("test", f"{number}", text, author, thread=BRIDGE))

    async def enter(self, person: int, chat: int) -> None:
        """Open this chat as this person."""
        await self.page.open(f"{self.newsroom.sandbox.url}/#{person}/{chat}", *self.size, self.dark)
        await self.page.wait("document.querySelector('#live.on') && document.querySelector('#app.open') !== null")

    async def become(self, name: str) -> None:
        """Choose another person in the list; returns when the chat is drawn for them."""
        await self.page.run("document.querySelector('.message').dataset.stale = true")
        choice = "[...document.querySelectorAll('.identity-choice')].find((node) => node.offsetParent)"
        option = f"[...{choice}.options].find((option) => option.text === '{name}').value"
        await self.page.run(f"{choice}.value = {option}; {choice}.dispatchEvent(new Event('change'))")
        await self.page.wait("document.querySelector('.message:not([data-stale])') !== null")

    async def say(self, text: str) -> None:
        """Write something in the open chat."""
        await self.page.click("#draft")
        await self.page.type(text)
        await self.page.click("#send")

    async def tap(self, key: str, number: int | None = None) -> None:
        """Press the button with these words."""
        words = self.words(key) if number is None else self.texts.plain(key, number=number)
        await self.page.click(".key", words)

    async def shows(self, words: str) -> None:
        """Wait until the chat shows these words."""
        await self.page.wait(f"{LOG}.includes({words!r})", 20)

    async def sees(self, selector: str) -> None:
        """Wait until something on the page fits."""
        await self.page.wait(f"document.querySelector({selector!r}) !== null", 20)

    async def picture(self, name: str) -> None:
        """Keep a picture; nothing may be wider than the screen."""
        assert await self.page.run("document.documentElement.scrollWidth") <= self.size[0]
        place = self.pictures / f"{self.texts.language}-{self.size[0]}-{name}.png"
        place.write_bytes(await self.page.picture())


@pytest.fixture(params=[("en", (360, 780), False), ("de", (1280, 860), True)], ids=["phone", "desktop"])
async def visit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Visit]:
    if not CHROMIUM:
        pytest.skip("headless Chromium is not installed (Debian: chromium)")
    language, size, dark = request.param
    pictures = Path(PICTURES) if PICTURES else tmp_path
    pictures.mkdir(parents=True, exist_ok=True)
    async with open_newsroom(language=language, undo=4) as newsroom, browse(tmp_path / "profile") as page:
        yield Visit(newsroom, page, load(language, ZoneInfo("UTC")), size, dark, pictures)


@asynccontextmanager
async def in_good_order(visit: Visit) -> AsyncIterator[None]:
    """Afterwards neither the page nor Telegram has had anything to complain about."""
    yield
    assert visit.page.errors == []
    assert visit.newsroom.sandbox.problems == []
    assert visit.newsroom.sandbox.violations == []


async def test_a_card_comes_is_rejected_with_a_reason_and_taken_back(visit: Visit) -> None:
    async with in_good_order(visit):
        await visit.page.open(visit.newsroom.sandbox.url, *visit.size, visit.dark)
        await visit.page.wait(f"document.querySelector('#live.on') && document.title === {visit.title!r}")
        await visit.picture("1-nothing-yet")
        visit.write(KIND, "Clara")
        visit.write(RUDE[visit.texts.language])
        await visit.shows("Rolf")
        await visit.sees(".quote b")
        assert KIND not in await visit.page.run(LOG)
        await visit.picture("2-card")
        await visit.tap("button.no")
        await visit.sees("#toast.shown")
        await visit.shows(visit.words("reason.insult"))
        await visit.picture("3-rejected")
        await visit.tap("reason.insult")
        await visit.shows(f"Anna · {visit.words('because.insult')}")
        await visit.picture("4-reason")
        await visit.tap("button.undo")
        await visit.shows(visit.words("button.ok"))


async def test_a_second_moderator_decides_and_an_outsider_may_not(visit: Visit) -> None:
    async with in_good_order(visit):
        number = visit.write(RUDE[visit.texts.language])
        await visit.enter(ANNA, MODERATORS)
        await visit.shows(visit.words("button.ok"))
        await visit.become("Otto")
        await visit.tap("button.no")
        await visit.page.wait("document.querySelector('#alert').open")
        assert await visit.page.run("document.querySelector('#alert-words').innerText") == visit.words(
            "tap.not_a_moderator"
        )
        await visit.picture("5-outsider")
        await visit.page.click("#alert button")
        await visit.become("Ben")
        await visit.tap("button.no")
        await visit.page.wait(f"{LOG}.includes('Ben')")
        await visit.newsroom.sandbox.wait_for(lambda: number in visit.newsroom.sandbox.deleted(READERS), 20)
        await visit.shows(visit.words("effect.reject_confirmed"))
        await visit.enter(ANNA, READERS)
        await visit.sees(".message.deleted")
        await visit.picture("6-removed")


async def test_many_at_once_share_cards_and_are_worked_off_in_review(visit: Visit) -> None:
    crowd = CROWD[visit.texts.language]
    async with in_good_order(visit):
        await visit.enter(ANNA, MODERATORS)
        for number in range(30):
            visit.write(f"{crowd[number % 2]} {number}", f"Reader {number % 7}")
        await visit.page.click(".key", visit.texts.plain("button.number_no", number=2))
        await visit.sees("#toast.shown")
        await visit.page.click(".key", f"2 {visit.words('reason.insult')}")
        await visit.shows(f"Anna · {visit.words('because.insult')}")
        await visit.picture("7-together")
        await visit.enter(BEN, BEN)
        await visit.page.click("#start")
        await visit.say("/review")
        await visit.tap("button.no")
        await visit.shows(visit.words("button.undo"))
        await visit.picture("8-review")
        await visit.tap("reason.insult")
        await visit.page.wait(f"!{LOG}.includes({visit.words('reason.spam')!r})")
        await visit.tap("button.undo")
        await visit.page.wait(f"!{LAST}.innerText.includes({visit.words('button.undo')!r})")
        await visit.picture("9-review-undone")


async def test_the_digest_comes_with_its_chart(visit: Visit) -> None:
    async with in_good_order(visit):
        visit.write(KIND, "Clara")
        visit.write(RUDE[visit.texts.language])
        await visit.enter(ANNA, MODERATORS)
        await visit.tap("button.ok")
        await visit.shows(visit.words("button.undo"))
        await visit.say("/digest")
        await visit.page.wait("document.querySelector('.photo img')?.naturalWidth > 1000", 30)
        await visit.shows(visit.words("digest.busiest"))
        await visit.picture("10-digest")

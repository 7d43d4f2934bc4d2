"""The chat page in headless Chromium."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.browser import CHROMIUM, Page, browse
from tests.bot.sandbox.conftest import ANNA, BEN, CARLA, MODERATORS, READERS, Caller, keyboard

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="headless Chromium is not installed (Debian: chromium)")
NASTY = '<img src=x onerror="window.hurt = 1"> & </b>'


@pytest.fixture
async def page(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Page]:
    async with browse(tmp_path / "profile") as page:
        yield page


async def open_chat(page: Page, sandbox: Sandbox, person: int, chat: int, width: int = 360, dark: bool = False) -> None:
    await page.open(f"{sandbox.url}/#{person}/{chat}", width, 740, dark)
    await page.wait("document.querySelector('#live.on') && document.querySelector('#log').children.length")


async def post_card(call: Caller, text: str, *words: str) -> int:
    params = {"chat_id": MODERATORS, "text": text, "parse_mode": "HTML", "reply_markup": keyboard(*words)}
    return int((await call("sendMessage", **params)).result["message_id"])


async def answer_next_tap(sandbox: Sandbox, call: Caller, text: str, show_alert: bool) -> None:
    press, offset = None, 0
    while not press:
        updates = (await call("getUpdates", offset=offset, timeout=2)).result
        press = next((update["callback_query"] for update in updates if "callback_query" in update), None)
        offset = updates[-1]["update_id"] + 1 if updates else offset
    await call("getUpdates", offset=offset)
    await call("answerCallbackQuery", callback_query_id=press["id"], text=text, show_alert=show_alert)


@needs_chromium
async def test_messages_come_live_and_foreign_text_stays_text(sandbox: Sandbox, call: Caller, page: Page) -> None:
    await open_chat(page, sandbox, ANNA, MODERATORS)
    sandbox.send(BEN, MODERATORS, NASTY)
    await page.wait("document.querySelector('#log').innerText.includes('onerror')")
    assert await page.run("document.querySelectorAll('#log img').length") == 0
    assert not await page.run("window.hurt")
    assert page.errors == []


@needs_chromium
async def test_entities_are_drawn_and_spoilers_and_quotes_open(sandbox: Sandbox, call: Caller, page: Page) -> None:
    long = "Many words in a row that fill a line. " * 20
    html = f"😀 <b>bold <i>both</i></b> <tg-spoiler>secret</tg-spoiler> <blockquote expandable>{long}</blockquote>"
    await post_card(call, html + '<a href="https://example.org/x">article</a>', "Approve")
    await open_chat(page, sandbox, ANNA, MODERATORS)
    assert await page.run("document.querySelector('.words b i').textContent") == "both"
    assert await page.run("document.querySelector('.words a').href") == "https://example.org/x"
    assert await page.run("getComputedStyle(document.querySelector('.spoiler')).color") == "rgba(0, 0, 0, 0)"
    await page.click(".spoiler")
    assert await page.run("getComputedStyle(document.querySelector('.spoiler')).color") != "rgba(0, 0, 0, 0)"
    short = await page.run("document.querySelector('.quote').offsetHeight")
    await page.click(".quote-more", "Show all")
    assert await page.run("document.querySelector('.quote').offsetHeight") > 2 * short


@needs_chromium
async def test_a_quote_behind_a_spoiler_keeps_its_frame(sandbox: Sandbox, call: Caller, page: Page) -> None:
    await post_card(call, "<blockquote><tg-spoiler>secret</tg-spoiler></blockquote>", "Approve")
    await open_chat(page, sandbox, ANNA, MODERATORS)
    assert await page.run("document.querySelector('.quote .spoiler').textContent") == "secret"


@needs_chromium
async def test_an_address_of_a_message_leads_to_it_on_the_page(sandbox: Sandbox, call: Caller, page: Page) -> None:
    there = sandbox.send(BEN, READERS, "look here")["message_id"]
    link = f"https://t.me/c/{-READERS - 10**12}/{there}"
    await post_card(call, f'<a href="{link}">article</a>', "Approve")
    await open_chat(page, sandbox, ANNA, MODERATORS)
    await page.click(".words a", "article")
    await page.wait("document.querySelector('#log').innerText.includes('look here')")
    assert await page.run("location.hash") == f"#{ANNA}/{READERS}"


@needs_chromium
async def test_an_address_of_the_bot_starts_it_in_private(sandbox: Sandbox, call: Caller, page: Page) -> None:
    link = {"text": "Start review", "url": f"https://t.me/{sandbox.bot['username']}?start=review"}
    markup = {"inline_keyboard": [[link]]}
    await call("sendMessage", chat_id=MODERATORS, text="Here", reply_markup=markup)
    await open_chat(page, sandbox, ANNA, MODERATORS)
    await page.click(".key", "Start review")
    await sandbox.wait_for(lambda: _last_text(sandbox, ANNA) == "/start review")


@needs_chromium
async def test_however_often_it_is_opened_it_stays_live(sandbox: Sandbox, call: Caller, page: Page) -> None:
    for _ in range(8):  # a browser has six connections for one address
        await open_chat(page, sandbox, ANNA, MODERATORS)
    sandbox.send(BEN, MODERATORS, "still there")
    await page.wait("document.querySelector('#log').innerText.includes('still there')")


@needs_chromium
async def test_without_an_address_one_begins_in_the_first_group(sandbox: Sandbox, call: Caller, page: Page) -> None:
    await page.open(sandbox.url, 360, 740)
    await page.wait("document.querySelector('#app.open') && document.title === 'Moderators'")
    await page.click("#back")
    await page.wait("!document.querySelector('#app.open')")


@needs_chromium
async def test_a_button_shows_the_bots_answer(sandbox: Sandbox, call: Caller, page: Page) -> None:
    card = await post_card(call, "card", "Approve", "Reject")
    await open_chat(page, sandbox, ANNA, MODERATORS)
    await page.click(".key", "Approve")
    await answer_next_tap(sandbox, call, "Approved", False)
    await page.wait("document.querySelector('#toast.shown')?.textContent === 'Approved'")
    await page.click(".key", "Reject")
    await answer_next_tap(sandbox, call, "Too late", True)
    await page.wait("document.querySelector('#alert').open")
    assert await page.run("document.querySelector('#alert-words').textContent") == "Too late"
    await call("editMessageText", chat_id=MODERATORS, message_id=card, text="decided")
    await page.wait(
        "document.querySelector('.message').innerText.includes('edited') && !document.querySelector('.key')"
    )
    await call("deleteMessage", chat_id=MODERATORS, message_id=card)
    await page.wait("document.querySelector('.message.deleted') !== null")


@needs_chromium
async def test_one_writes_picks_commands_and_switches_person(sandbox: Sandbox, call: Caller, page: Page) -> None:
    await call("setMyCommands", commands=[{"command": "queue", "description": "What waits"}])
    await open_chat(page, sandbox, ANNA, MODERATORS)
    await page.click("#menu")
    await page.click("#commands li", "/queue")
    await sandbox.wait_for(lambda: sandbox.messages(MODERATORS)[-1].get("text") == "/queue")
    await page.run("draft.value = 'hello'; draft.dispatchEvent(new Event('input')); send.click()")
    await sandbox.wait_for(lambda: _last_text(sandbox, MODERATORS) == "hello")
    assert sandbox.messages(MODERATORS)[-1]["from"]["id"] == ANNA
    await page.run(f"const who = document.querySelector('.identity-choice'); who.value = {CARLA}; who.onchange()")
    await page.wait(f"location.hash === '#{CARLA}/{MODERATORS}' && !document.querySelector('#app.open')")
    assert "Moderators" not in await page.run("document.querySelector('#chats').innerText")
    await page.click(".chat", "Flagdesk")
    await page.click("#start:not([hidden])")
    await sandbox.wait_for(lambda: _last_text(sandbox, CARLA) == "/start")


def _last_text(sandbox: Sandbox, chat: int) -> str:
    messages = sandbox.messages(chat)
    return str(messages[-1].get("text", "")) if messages else ""


@needs_chromium
async def test_whoever_reads_above_stays_there_when_something_comes(sandbox: Sandbox, call: Caller, page: Page) -> None:
    for number in range(40):
        sandbox.send(BEN, MODERATORS, f"message {number}")
    await open_chat(page, sandbox, ANNA, MODERATORS)
    end = "log.scrollHeight - log.scrollTop - log.clientHeight"
    await page.wait(f"{end} < 2")
    sandbox.send(BEN, MODERATORS, "read at the end")
    await page.wait(f"log.innerText.includes('read at the end') && {end} < 2")
    await page.run("log.scrollTop = 100")
    sandbox.send(BEN, MODERATORS, "read above")
    await page.wait("log.innerText.includes('read above')")
    assert await page.run("log.scrollTop") == 100
    await page.wait("!down.hidden && document.querySelector('#down-count').textContent === '1'")


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
async def test_text_is_readable_and_fits_a_phone(sandbox: Sandbox, call: Caller, page: Page, dark: bool) -> None:
    await post_card(call, "<b>Probably an insult</b>\n<blockquote>" + "w" * 300 + "</blockquote>", "Approve", "Reject")
    sandbox.send(ANNA, MODERATORS, "my own words")
    await open_chat(page, sandbox, ANNA, MODERATORS, dark=dark)
    assert await page.run("document.documentElement.scrollWidth") <= 360
    assert await page.run(_TOO_FAINT) == []
    assert await page.run(_TOO_SMALL) == []


# Contrast by WCAG's formula, for text on its nearest opaque ground; the room's wallpaper is behind none of these.
_TOO_FAINT = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = (colour) => colour.slice(0, 3).map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (node) => { for (; node; node = node.parentElement) {
    const colour = parts(getComputedStyle(node).backgroundColor);
    if (colour.length === 3 || colour[3] > .9) return colour; } return [255, 255, 255]; };
  const nodes = [...document.querySelectorAll('.words, .sender, .sender small, .meta, .key, h1, #room-about, #draft')];
  return nodes.filter((node) => node.offsetParent).map((node) => {
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    return [node.className || node.id || node.tagName, (a + .05) / (b + .05)];
  }).filter(([, contrast]) => contrast < 4.5);
})()"""
_TOO_SMALL = """[...document.querySelectorAll('.key, #send, #menu, #back, select')].filter((node) => node.offsetParent)
  .filter((node) => node.offsetHeight < 40).map((node) => node.className || node.id)"""


async def test_the_page_comes_from_this_machine_only(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        page = await client.get("/")
        scripts = await asyncio.gather(*(client.get(f"/page/{name}") for name in ("page.js", "bubble.js", "text.js")))
        assert (await client.get("/page/..%2Fsandbox.py")).status_code == 404
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "https://" not in page.text
    for script in scripts:
        assert script.headers["content-type"].startswith("text/javascript")
        assert "innerHTML" not in script.text
        assert "insertAdjacentHTML" not in script.text

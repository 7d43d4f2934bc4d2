import asyncio
import time

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Sandbox, SandboxError
from tests.bot.sandbox.conftest import ANNA, CARLA, MODERATORS, Caller, keyboard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def card(bot: Bot) -> int:
    buttons = [
        InlineKeyboardButton("✅ Approve", callback_data="ok"),
        InlineKeyboardButton("❌ Reject", callback_data="no"),
    ]
    link = InlineKeyboardButton("Article", url="https://example.org")
    message = await bot.send_message(MODERATORS, "card", reply_markup=InlineKeyboardMarkup([buttons, [link]]))
    return message.message_id


async def query(sandbox: Sandbox, call: Caller, card: int, data: str = "ok") -> tuple[str, "asyncio.Task[object]"]:
    """A tap that waits, and the id of its callback query."""
    tap: asyncio.Task[object] = asyncio.create_task(sandbox.forge(ANNA, MODERATORS, card, data))
    updates = (await call("getUpdates", offset=-1, timeout=5, allowed_updates=["callback_query"])).result
    while "callback_query" not in updates[-1]:
        updates = (await call("getUpdates", offset=updates[-1]["update_id"] + 1, timeout=5)).result
    return updates[-1]["callback_query"]["id"], tap


async def test_a_tap_gets_the_bots_answer(sandbox: Sandbox, bot: Bot, card: int) -> None:
    tap = asyncio.create_task(sandbox.tap(ANNA, MODERATORS, card, "approve"))
    updates = await bot.get_updates(timeout=5)
    while updates[-1].callback_query is None:
        updates = await bot.get_updates(offset=updates[-1].update_id + 1, timeout=5)
    press = updates[-1].callback_query
    assert (press.data, press.from_user.id, press.message and press.message.message_id) == ("ok", ANNA, card)
    await press.answer("Approved", show_alert=True)
    answer = await tap
    assert (answer.text, answer.show_alert) == ("Approved", True)
    assert 0 < answer.seconds < 5


async def test_a_second_answer_is_refused(sandbox: Sandbox, call: Caller, card: int) -> None:
    number, tap = await query(sandbox, call, card)
    assert (await call("answerCallbackQuery", callback_query_id=number)).result is True
    await tap
    assert (await call("answerCallbackQuery", callback_query_id=number)).error == TOO_OLD
    assert (await call("answerCallbackQuery", callback_query_id="made up")).error == TOO_OLD


async def test_an_old_query_is_refused_but_two_real_seconds_are_always_there(
    sandbox: Sandbox, call: Caller, card: int
) -> None:
    number, tap = await query(sandbox, call, card)
    sandbox.advance(16)
    assert (await call("answerCallbackQuery", callback_query_id=number)).status == 200
    await tap
    late, tap = await query(sandbox, call, card)
    asked = time.monotonic()
    sandbox.advance(16)
    await sandbox.wait_for(lambda: time.monotonic() - asked > 2)
    assert (await call("answerCallbackQuery", callback_query_id=late)).error == TOO_OLD
    tap.cancel()


async def test_an_answer_has_at_most_200_letters(sandbox: Sandbox, call: Caller, card: int) -> None:
    number, tap = await query(sandbox, call, card)
    assert (await call("answerCallbackQuery", callback_query_id=number, text="x" * 201)).error.endswith(
        "MESSAGE_TOO_LONG"
    )
    assert (await call("answerCallbackQuery", callback_query_id=number, text="x" * 200)).status == 200
    await tap


async def test_forged_data_reaches_the_bot_even_for_a_message_that_is_gone(
    sandbox: Sandbox, call: Caller, card: int
) -> None:
    await call("deleteMessage", chat_id=MODERATORS, message_id=card)
    forged = asyncio.create_task(sandbox.forge(CARLA, MODERATORS, card, "v9:boom"))
    updates = (await call("getUpdates", timeout=5)).result
    press = next(update["callback_query"] for update in updates if "callback_query" in update)
    assert (press["data"], press["message"]["date"], press["from"]["id"]) == ("v9:boom", 0, CARLA)
    await call("answerCallbackQuery", callback_query_id=press["id"])
    await forged


@pytest.mark.parametrize(("words", "error"), [("Undo", "No buttons are 'Undo'"), ("article", "calls nobody back")])
async def test_only_buttons_that_are_there_can_be_tapped(sandbox: Sandbox, card: int, words: str, error: str) -> None:
    with pytest.raises(SandboxError, match=error):
        await sandbox.tap(ANNA, MODERATORS, card, words)


async def test_who_is_not_in_the_chat_cannot_tap(sandbox: Sandbox, card: int) -> None:
    with pytest.raises(SandboxError, match="Carla is not in"):
        await sandbox.tap(CARLA, MODERATORS, card, "Approve")


async def test_a_tap_that_nobody_answers_says_what_there_is(sandbox: Sandbox, card: int) -> None:
    with pytest.raises(TimeoutError, match=r"\[✅ Approve\]"):
        await sandbox.tap(ANNA, MODERATORS, card, data="ok", timeout=0.05)


async def test_an_answer_may_open_only_telegrams_own_links(sandbox: Sandbox, call: Caller, card: int) -> None:
    number, tap = await query(sandbox, call, card)
    assert (await call("answerCallbackQuery", callback_query_id=number, url="https://a.de")).status == 400
    assert (await call("answerCallbackQuery", callback_query_id=number, url="https://t.me/x?start=1")).status == 200
    await tap


async def test_numbers_before_the_words_tell_buttons_apart(sandbox: Sandbox, call: Caller) -> None:
    markup = keyboard("1 Approve", "2 Approve")
    message = (await call("sendMessage", chat_id=MODERATORS, text="x", reply_markup=markup)).result["message_id"]
    with pytest.raises(SandboxError, match="No buttons are 'Approve'"):
        await sandbox.tap(ANNA, MODERATORS, message, "Approve")
    with pytest.raises(TimeoutError):
        await sandbox.tap(ANNA, MODERATORS, message, "2 approve", timeout=0.05)

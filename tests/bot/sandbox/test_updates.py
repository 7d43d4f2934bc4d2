import asyncio
from typing import Any

import httpx
from telegram import Bot

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, BEN, CHANNEL, READERS, Caller


async def drain(call: Caller) -> int:
    """Confirm all updates; returns the offset after them."""
    updates = (await call("getUpdates")).result
    offset = int(updates[-1]["update_id"]) + 1
    assert (await call("getUpdates", offset=offset)).result == []
    return offset


async def test_updates_stay_until_a_higher_offset_confirms_them(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    for text in "abc":
        sandbox.send(ANNA, ANNA, text)
    first = (await call("getUpdates", offset=offset, limit=2)).result
    assert [update["message"]["text"] for update in first] == ["a", "b"]
    assert (await call("getUpdates", offset=offset)).result[:2] == first
    assert [update["update_id"] for update in first] == [offset, offset + 1]
    rest = (await call("getUpdates", offset=offset + 2)).result
    assert [update["message"]["text"] for update in rest] == ["c"]


async def test_a_negative_offset_forgets_all_but_the_last(sandbox: Sandbox, call: Caller) -> None:
    for text in "abc":
        sandbox.send(ANNA, ANNA, text)
    last = (await call("getUpdates", offset=-1)).result
    assert [update["message"]["text"] for update in last] == ["c"]
    assert (await call("getUpdates")).result == last


async def test_a_long_poll_ends_with_the_first_update(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    poll = asyncio.create_task(call("getUpdates", offset=offset, timeout=10))
    asyncio.get_running_loop().call_later(0.05, sandbox.send, ANNA, ANNA, "now")
    assert (await asyncio.wait_for(poll, 5)).result[0]["message"]["text"] == "now"


async def test_a_second_poller_ends_the_first_with_409(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    first = asyncio.create_task(call("getUpdates", offset=offset, timeout=10))
    while not first.done():
        await call("getUpdates", offset=offset, timeout=0)
    reply = await first
    assert (reply.status, reply.error.startswith("Conflict: terminated by other getUpdates request")) == (409, True)


async def test_a_poller_that_went_away_conflicts_with_nobody(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    async with httpx.AsyncClient() as client:
        dead = client.post(f"{sandbox.url}/bot{sandbox.token}/getUpdates", json={"offset": offset, "timeout": 50})
        task = asyncio.create_task(dead)
        await sandbox.wait_for(lambda: sandbox.waiting)
        task.cancel()
    await sandbox.wait_for(lambda: not sandbox.waiting)
    sandbox.send(ANNA, ANNA, "x")
    assert len((await call("getUpdates", offset=offset, timeout=5)).result) == 1
    assert [known.status for known in sandbox.calls if known.status != 200] == []


async def test_updates_are_kept_for_24_hours(sandbox: Sandbox, call: Caller) -> None:
    sandbox.advance(24 * 3600 + 1)
    sandbox.send(ANNA, ANNA, "young")
    assert [update["message"]["text"] for update in (await call("getUpdates")).result] == ["young"]


async def test_only_the_kinds_asked_for_are_queued(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    await call("getUpdates", offset=offset, allowed_updates=["edited_message", "chat_member"])
    message = sandbox.send(BEN, READERS, "a")
    sandbox.edit(BEN, READERS, message["message_id"], "b")
    sandbox.leave(BEN, READERS)
    kinds = [set(update) - {"update_id"} for update in (await call("getUpdates")).result]
    assert kinds == [{"edited_message"}, {"chat_member"}]
    await call("getUpdates", allowed_updates=[])
    sandbox.join(BEN, READERS)
    kinds = [set(update) - {"update_id"} for update in (await call("getUpdates")).result]
    assert kinds[2:] == [{"message"}]


async def test_duplicates_come_once_more_with_the_same_id(sandbox: Sandbox, call: Caller) -> None:
    offset = await drain(call)
    sandbox.duplicate_updates(1.0)
    sandbox.send(ANNA, ANNA, "twice")
    first = (await call("getUpdates", offset=offset)).result
    second = (await call("getUpdates", offset=offset + 1)).result
    third = (await call("getUpdates", offset=offset + 1)).result
    assert first == second
    assert third == []


async def test_there_are_no_webhooks(call: Caller) -> None:
    assert "use getUpdates" in (await call("setWebhook", url="https://example.org")).error
    assert (await call("setWebhook", url="")).result is True
    assert (await call("getWebhookInfo")).result["url"] == ""
    assert (await call("deleteWebhook", drop_pending_updates=True)).result is True
    assert (await call("getUpdates")).result == []


async def test_ptb_parses_everything_that_people_do(sandbox: Sandbox, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=[*_KINDS])
    old = sandbox.send(ANNA, READERS, "hello", photo_caption="caption", album="a1")
    sandbox.edit(ANNA, READERS, old["message_id"], "changed")
    sandbox.promote(ANNA, READERS)
    sandbox.send(ANNA, READERS, "as the group", anonymous=True, reply_to=old["message_id"])
    sandbox.send(ANNA, READERS, "as a channel", as_channel=CHANNEL)
    post = sandbox.post(CHANNEL, "News! https://example.org")
    sandbox.edit_post(CHANNEL, post["message_id"], "Better news")
    sandbox.set_rights(READERS, can_delete_messages=False)
    sandbox.block(ANNA)
    sandbox.kick(READERS)
    updates = await bot.get_updates()
    assert {kind for update in updates for kind in update.to_dict()} >= _KINDS
    assert {extra for update in updates for extra in _extras(update)} <= {"can_send_welcome_messages"}  # 10.3


_KINDS = {"message", "edited_message", "my_chat_member", "chat_member"}


def _extras(thing: Any) -> list[str]:
    """Fields that python-telegram-bot does not know: misspelt ones would show up here."""
    known = dict(thing.api_kwargs) if hasattr(thing, "api_kwargs") else {}
    inner = [getattr(thing, name) for name in getattr(thing, "__slots__", ()) if not name.startswith("_")]
    return [*known, *(extra for part in inner if hasattr(part, "api_kwargs") for extra in _extras(part))]

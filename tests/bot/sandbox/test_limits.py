import asyncio

import httpx
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.errors import TooMany
from bot.sandbox.limits import Limits
from tests.bot.sandbox.conftest import ANNA, MODERATORS, READERS, Caller, populate


def let_through(limits: Limits, chat_id: int, tries: int) -> int:
    """How many of so many tries at once get through."""
    done = 0
    for _ in range(tries):
        try:
            limits.spend(chat_id)
        except TooMany:
            continue
        done += 1
    return done


def test_a_private_chat_takes_a_burst_of_three_and_then_one_a_second() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert let_through(limits, ANNA, 10) == 3
    for _ in range(5):
        clock.advance(1)
        assert let_through(limits, ANNA, 10) == 1
    clock.advance(60)
    assert let_through(limits, ANNA, 10) == 3


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert let_through(limits, READERS, 25) == 20
    assert let_through(limits, MODERATORS, 5) == 5
    clock.advance(59)
    assert let_through(limits, READERS, 1) == 0
    clock.advance(1.1)
    assert let_through(limits, READERS, 25) == 20


def test_all_chats_together_take_thirty_a_second() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert sum(let_through(limits, person, 1) for person in range(1, 41)) == 30
    clock.advance(1.1)
    assert let_through(limits, 41, 1) == 1


async def test_sends_edits_and_topics_count_but_deletes_and_answers_do_not(sandbox: Sandbox, call: Caller) -> None:
    numbers = [(await call("sendMessage", chat_id=MODERATORS, text="a")).result["message_id"] for _ in range(10)]
    for number in numbers[:9]:
        assert (await call("editMessageText", chat_id=MODERATORS, message_id=number, text="b")).status == 200
    assert (await call("createForumTopic", chat_id=MODERATORS, name="T")).status == 200
    refused = await call("sendMessage", chat_id=MODERATORS, text="a")
    assert (refused.status, refused.body["description"]) == (429, "Too Many Requests: retry after 60")
    assert refused.body["parameters"] == {"retry_after": 60}
    for method in ("createForumTopic", "editMessageText"):
        params = {"name": "U"} if method == "createForumTopic" else {"message_id": numbers[9], "text": "b"}
        assert (await call(method, chat_id=MODERATORS, **params)).status == 429
    assert (await call("deleteMessages", chat_id=MODERATORS, message_ids=numbers)).status == 200
    assert (await call("getChat", chat_id=MODERATORS)).status == 200
    assert [broken.method for broken in sandbox.violations] == ["sendMessage", "createForumTopic", "editMessageText"]


async def test_a_refused_send_leaves_nothing_behind(sandbox: Sandbox, call: Caller) -> None:
    replies = [await call("sendMessage", chat_id=ANNA, text="x") for _ in range(5)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429, 429]
    assert len([message for message in sandbox.messages(ANNA) if message["text"] == "x"]) == 3
    sandbox.advance(1)
    assert (await call("sendMessage", chat_id=ANNA, text="x")).status == 200


async def test_a_faster_clock_shortens_the_windows_and_the_real_wait() -> None:
    async with Sandbox(speed=60.0) as sandbox, httpx.AsyncClient() as client:
        populate(sandbox)
        url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
        form = {"chat_id": str(MODERATORS), "text": "x"}
        answers = [(await client.post(url, data=form)).json() for _ in range(21)]
        assert [answer["ok"] for answer in answers].count(False) <= 1
        refused = next(answer for answer in answers if not answer["ok"])
        assert refused["parameters"]["retry_after"] == 1
        began = sandbox.clock.now()
        await sandbox.wait_for(lambda: sandbox.clock.now() > began + 61, timeout=5)
        assert (await client.post(url, data=form)).json()["ok"]


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_time_runs_forward(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Sandbox(speed=speed)


async def test_many_at_once_are_counted_one_by_one(sandbox: Sandbox, call: Caller) -> None:
    replies = await asyncio.gather(*(call("sendMessage", chat_id=READERS, text=str(number)) for number in range(30)))
    assert sorted(reply.status for reply in replies) == [200] * 20 + [429] * 10

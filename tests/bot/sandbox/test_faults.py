import httpx
import pytest
import telegram
from telegram import Bot

from bot.sandbox import Sandbox, SandboxError
from tests.bot.sandbox.conftest import ANNA, Caller


async def test_an_injected_429_names_a_wait_and_does_nothing(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fault("sendmessage", 1.0, ("429",))
    reply = await call("sendMessage", chat_id=ANNA, text="x")
    assert (reply.status, reply.body["parameters"]) == (429, {"retry_after": 1})
    assert [(call.method, call.status, call.fault) for call in sandbox.calls][-1] == ("sendMessage", 429, "429")
    assert sandbox.violations == []
    assert sandbox.messages(ANNA)[-1]["text"] == "/start"


async def test_an_injected_500_does_nothing(sandbox: Sandbox, call: Caller) -> None:
    sandbox.fault("sendMessage", 1.0, ["500"])
    assert (await call("sendMessage", chat_id=ANNA, text="x")).status == 500
    assert (await call("getMe")).status == 200
    sandbox.clear_faults()
    assert (await call("sendMessage", chat_id=ANNA, text="x")).status == 200
    assert len(sandbox.messages(ANNA)) == 2


async def test_a_lost_reply_was_performed(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.fault("sendMessage", 1.0, ["lost"])
    with pytest.raises(telegram.error.NetworkError):
        await bot.send_message(ANNA, "posted all the same")
    assert sandbox.messages(ANNA)[-1]["text"] == "posted all the same"
    assert (sandbox.calls[-1].status, sandbox.calls[-1].fault) == (0, "lost")


async def test_a_time_out_never_answers_and_does_nothing(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.fault("sendMessage", 1.0, ["timeout"])
    with pytest.raises(telegram.error.TimedOut):
        await bot.send_message(ANNA, "x", read_timeout=0.2)
    assert len(sandbox.messages(ANNA)) == 1
    assert sandbox.calls[-1].fault == "timeout"


async def test_the_sandbox_ends_at_once_while_a_call_waits(sandbox: Sandbox) -> None:
    async with Sandbox(seed=1) as other, httpx.AsyncClient() as client:
        other.fault("getMe", 1.0, ["timeout"])
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{other.url}/bot{other.token}/getMe", timeout=0.1)


async def test_a_share_strikes_as_often_as_asked_and_repeats_with_its_seed() -> None:
    runs = []
    for _ in range(2):
        async with Sandbox() as sandbox, httpx.AsyncClient() as client:
            sandbox.fault("getMe", 0.3, ("429", "500"), seed=7)
            url = f"{sandbox.url}/bot{sandbox.token}/getMe"
            runs.append([(await client.get(url)).status_code for _ in range(200)])
    assert runs[0] == runs[1]
    assert 35 <= len([status for status in runs[0] if status != 200]) <= 85
    assert set(runs[0]) == {200, 429, 500}


async def test_a_kind_that_does_not_exist_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="'gremlin'"):
        sandbox.fault("getMe", 0.5, ["gremlin"])
    with pytest.raises(SandboxError, match="share from 0 to 1"):
        sandbox.fault("getMe", 2.0)

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, CARLA, MODERATORS, Caller


async def test_method_names_are_case_insensitive(call: Caller) -> None:
    assert (await call("GETME")).result["username"] == "flagdesk_sandbox_bot"


async def test_unknown_method_is_404(call: Caller) -> None:
    reply = await call("sendTelepathy")
    assert (reply.status, reply.error) == (404, "Not Found: method not found")


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"chat_id": ANNA}, "message text is empty"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": ANNA, "text": "x", "texxt": "y"}, 'unknown parameter "texxt"'),
        ({"chat_id": ANNA, "text": 5}, 'parameter "text" must be of type String'),
        ({"chat_id": [1], "text": "x"}, 'parameter "chat_id" must be of type Integer'),
        ({"chat_id": ANNA, "text": "x", "protect_content": "maybe"}, "must be of type Boolean"),
        ({"chat_id": ANNA, "text": "x", "entities": "{"}, "must be JSON of type Array of MessageEntity"),
        (
            {"chat_id": ANNA, "text": "x", "entities": [{"type": "bold", "offset": 0}]},
            '"entities[0].length" is required',
        ),
        ({"chat_id": ANNA, "text": "x", "reply_parameters": {"message": 1}}, "unknown parameter"),
    ],
)
async def test_malformed_call_is_400_and_a_problem(
    sandbox: Sandbox, call: Caller, params: dict[str, object], error: str
) -> None:
    reply = await call("sendMessage", **params)
    assert reply.status == 400
    assert error in reply.error
    assert [problem.description for problem in sandbox.problems] == [reply.error]


async def test_form_values_are_decoded_by_their_declared_type(sandbox: Sandbox) -> None:
    form = {"chat_id": str(ANNA), "text": "12", "entities": '[{"type":"bold","offset":0,"length":2}]'}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{sandbox.url}/bot{sandbox.token}/sendMessage", data=form)
    assert answer.json()["result"]["text"] == "12"
    assert sandbox.calls[-1].params["chat_id"] == ANNA


async def test_query_string_is_read_as_well(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{sandbox.url}/bot{sandbox.token}/getChat?chat_id={ANNA}")
    assert answer.json()["result"]["first_name"] == "Anna"


async def test_broken_json_is_a_clear_400(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient() as client:
        url = f"{sandbox.url}/bot{sandbox.token}/getMe"
        answer = await client.post(url, content=b"[", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["description"]


async def test_a_method_without_support_is_checked_and_then_501(sandbox: Sandbox, call: Caller) -> None:
    wrong = await call("sendDice", chat_id=ANNA, sides=7)
    fitting = await call("sendDice", chat_id=ANNA)
    assert wrong.status == 400
    assert (fitting.status, fitting.error) == (501, 'Not Implemented: the sandbox does not act on method "sendDice"')
    assert len(sandbox.problems) == 2


async def test_a_parameter_without_support_is_501_and_nothing_is_sent(sandbox: Sandbox, call: Caller) -> None:
    reply = await call(
        "sendMessage", chat_id=MODERATORS, text="x", ephemeral_message_parameters={"receiver_user_id": CARLA}
    )
    assert reply.status == 501
    assert not [message for message in sandbox.messages(MODERATORS) if message.get("text") == "x"]


@pytest.mark.parametrize(("token", "status"), [("nonsense", 404), ("1000000000:" + "x" * 35, 401)])
async def test_a_wrong_token_is_refused(sandbox: Sandbox, token: str, status: int) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{sandbox.url}/bot{token}/getMe")).status_code == status


async def test_a_revoked_token_is_401(sandbox: Sandbox, call: Caller) -> None:
    assert (await call("getMe")).status == 200
    sandbox.revoke()
    assert (await call("getMe")).body == {"ok": False, "error_code": 401, "description": "Unauthorized"}

"""The sandbox from outside: over HTTP, and as a process of its own."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, BEN, MODERATORS, Caller, keyboard

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=10) as client:
        yield client


async def post(client: httpx.AsyncClient, path: str, **body: object) -> Any:
    return (await client.post(f"/sandbox/{path}", json=body)).json()


async def test_people_act_over_http(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await post(http, "people", id=7, name="Dora")
    await post(http, "groups", id=-1007000000000, title="New")
    await post(http, "join", person_id=7, chat_id=-1007000000000)
    sent = await post(http, "send", person_id=7, chat_id=-1007000000000, text="hello")
    assert sent["ok"]
    assert sandbox.messages(-1007000000000)[-1]["text"] == "hello"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("send", {"person_id": "x", "chat_id": 1, "text": "y"}, "person_id: Input should be a valid integer"),
        ("send", {"person_id": 1}, "chat_id: Missing required argument"),
        ("send", {"person_id": ANNA, "chat_id": 4, "text": "y"}, "There is no chat 4"),
        ("join", {"person_id": ANNA, "chat_id": MODERATORS, "why": 1}, "why: Unexpected keyword argument"),
        ("tap", {"person_id": ANNA, "chat_id": MODERATORS, "message_id": 9999}, "no message 9999"),
    ],
)
async def test_a_wrong_act_is_said_clearly(http: httpx.AsyncClient, path: str, body: Any, error: str) -> None:
    answer = await http.post(f"/sandbox/{path}", json=body)
    assert answer.status_code == 400
    assert error in answer.json()["description"]


async def test_a_tap_over_http_waits_for_the_answer(sandbox: Sandbox, http: httpx.AsyncClient, call: Caller) -> None:
    params = {"chat_id": MODERATORS, "text": "x", "reply_markup": keyboard("Go")}
    message = (await call("sendMessage", **params)).result["message_id"]
    body = {"person_id": ANNA, "chat_id": MODERATORS, "message_id": message, "button": "go"}
    tap = asyncio.create_task(post(http, "tap", **body))
    presses: list[Any] = []
    while not presses:
        presses = [u for u in (await call("getUpdates", timeout=1)).result if "callback_query" in u]
    await call("answerCallbackQuery", callback_query_id=presses[0]["callback_query"]["id"], text="gone")
    assert (await tap)["result"]["text"] == "gone"


async def test_the_state_shows_chats_people_messages_and_menus(http: httpx.AsyncClient, call: Caller) -> None:
    await call("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    state = (await http.get(f"/sandbox/state?person_id={ANNA}")).json()
    chats = {chat["id"]: chat for chat in state["chats"]}
    assert chats[ANNA]["messages"][-1]["text"] == "/start"
    assert chats[MODERATORS]["members"][str(BEN)] == "member"
    assert chats[MODERATORS]["commands"] == [{"command": "help", "description": "Help"}]
    assert {person["first_name"] for person in state["people"]} == {"Anna", "Ben", "Carla"}


async def test_events_stream_as_they_happen(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/sandbox/events") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        sandbox.send(ANNA, ANNA, "live")
        event = await _next_event(lines)
        assert (event["type"], event["message"]["text"]) == ("message", "live")
        sandbox.edit(ANNA, ANNA, event["message"]["message_id"], "changed")
        assert (await _next_event(lines))["message"]["text"] == "changed"
        sandbox.erase(ANNA, event["message"]["message_id"])
        assert await _next_event(lines) == {
            "type": "deleted",
            "chat_id": ANNA,
            "message_id": event["message"]["message_id"],
        }


async def _next_event(lines: AsyncIterator[str]) -> Any:
    async for line in lines:
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/sandbox/state", "/bot1:2/getMe"])
async def test_foreign_pages_are_kept_out(http: httpx.AsyncClient, headers: dict[str, str], path: str) -> None:
    assert (await http.get(path, headers=headers)).status_code == 403


async def test_calls_and_problems_can_be_read(http: httpx.AsyncClient, call: Caller) -> None:
    await call("sendMessage", chat_id=ANNA)
    assert (await http.get("/sandbox/calls")).json()[-1]["status"] == 400
    assert "text is empty" in (await http.get("/sandbox/problems")).json()[0]["description"]
    assert (await http.get("/sandbox/violations")).json() == []


async def test_it_listens_on_this_machine_only(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")


async def test_100_calls_a_second_and_10_000_messages(sandbox: Sandbox, call: Caller) -> None:
    for number in range(10_000):
        sandbox.send(ANNA, ANNA, f"message {number}")
    began = time.perf_counter()
    for _ in range(200):
        assert (await call("getChat", chat_id=ANNA)).status == 200
    assert time.perf_counter() - began < 2
    assert len(sandbox.messages(ANNA)) == 10_001


async def test_a_chat_forgets_its_oldest_messages_beyond_20_000(sandbox: Sandbox) -> None:
    first = sandbox.messages(ANNA)[0]
    for _ in range(20_000):
        sandbox.send(ANNA, ANNA, "x")
    assert len(sandbox.messages(ANNA)) == 20_000
    assert first not in sandbox.messages(ANNA)


async def test_as_a_process_it_tells_address_and_token_and_stops_cleanly() -> None:
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--speed", "5"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    url, token = (line.split("=", 1)[1] for line in lines)
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/bot{token}/getMe")).json()["ok"]
        assert (await client.get(f"{url}/sandbox/state")).json()["speed"] == 5
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_port_that_is_taken_is_said_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "bot.sandbox", "--port", str(taken.getsockname()[1])]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, cwd=ROOT)
        _, told = await process.communicate()
    assert process.returncode == 1
    assert b"Choose another --port" in told
    assert b"Traceback" not in told

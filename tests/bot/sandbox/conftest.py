"""A sandbox with a few people and chats, and a plain HTTP client that calls its Bot API."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox import Sandbox

ANNA, BEN, CARLA = 1001, 1002, 1003
MODERATORS, BASIC, CHANNEL, READERS = -1001000000001, -500, -1001000000010, -1001000000011


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.status == 200, self.body
        return self.body["result"]

    @property
    def error(self) -> str:
        assert not self.body["ok"], self.body
        return str(self.body["description"])


NO_TLS = False  # nothing here is encrypted, and reading all certificates takes longer than a test
Caller = Callable[..., Coroutine[None, None, Reply]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        populate(sandbox)
        yield sandbox


def populate(sandbox: Sandbox) -> None:
    """Anna moderates and talks to the bot, Ben moderates, Carla knows neither the bot nor the moderators."""
    for person, name in ((ANNA, "Anna"), (BEN, "Ben"), (CARLA, "Carla")):
        sandbox.add_person(person, name, name.lower())
    sandbox.add_group(MODERATORS, "Moderators", forum=True)
    sandbox.add_group(BASIC, "Readers of old")
    sandbox.add_channel(CHANNEL, "News")
    sandbox.add_group(READERS, "Readers", linked_channel=CHANNEL)
    for chat in (MODERATORS, BASIC, READERS):
        sandbox.join(ANNA, chat)
        sandbox.join(BEN, chat)
    sandbox.send(ANNA, ANNA, "/start")


@pytest.fixture
async def call(sandbox: Sandbox) -> AsyncIterator[Caller]:
    """call("sendMessage", chat_id=...) posts JSON and returns status and body."""
    async with httpx.AsyncClient(base_url=f"{sandbox.url}/bot{sandbox.token}/", timeout=10, verify=NO_TLS) as client:

        async def post(method: str, **params: object) -> Reply:
            answer = await client.post(method, json=params)
            return Reply(answer.status_code, answer.json())

        yield post


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """python-telegram-bot over real HTTP."""
    request, polling = (HTTPXRequest(httpx_kwargs={"verify": NO_TLS}) for _ in range(2))
    bot = Bot(
        sandbox.token,
        base_url=f"{sandbox.url}/bot",
        base_file_url=f"{sandbox.url}/file/bot",
        request=request,
        get_updates_request=polling,
    )
    async with bot:
        yield bot


def keyboard(*words: str) -> dict[str, Any]:
    """One row of buttons whose data is their number."""
    return {"inline_keyboard": [[{"text": word, "callback_data": str(place)} for place, word in enumerate(words)]]}

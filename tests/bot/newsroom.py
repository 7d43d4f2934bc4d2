"""A newsroom at work: the real service before the sandbox's Telegram, with people, chats and a model of plain words."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import make_url

from bot import service
from bot.sandbox import Sandbox
from bot.sandbox.calls import Answer
from bot.settings import Settings
from db import cards
from db.engine import Database, Transaction, connect
from tests.bot.word_model import WordModel

T = TypeVar("T")
Message = dict[str, Any]  # a Bot API message as JSON: its fields have the types that Telegram gives them

DESK, READERS = -1001000000001, -1001000000002
OLGA, ANNA, BEN = 1000, 1001, 1002
RITA, STAN = 2000, 2001
"""A reader of the moderated group, and a stranger to everything."""
SPEED = 60.0
"""The sandbox's clock in most tests: a minute of Telegram's limits takes a second."""
PATIENCE = 20.0
"""Real seconds until something that must happen counts as missing."""


class Newsroom:
    """Olga runs it, Anna and Ben moderate, Rita writes. Restart the service with stop() and start()."""

    def __init__(self, sandbox: Sandbox, settings: Settings, database: Database) -> None:
        self.sandbox = sandbox
        self.settings = settings
        self.database = database
        self.model = WordModel()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the service; returns when it is ready, raises what it ends with when it is not."""
        ready = asyncio.Event()
        self._running = asyncio.create_task(service.run(self.settings, ready, self.model))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            ended, self._running = self._running, None
            ended.result()

    async def stop(self) -> None:
        """End the service wherever it is just now."""
        if self._running is None:
            return
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        self._running = None

    async def end(self) -> BaseException:
        """What the service ends with by itself."""
        assert self._running is not None
        await asyncio.wait({self._running}, timeout=PATIENCE)
        error = self._running.exception()
        self._running = None
        assert error is not None
        return error

    def write(self, text: str, person: int = RITA, chat: int = READERS, **how: Any) -> int:
        """A person writes a message; its number."""
        return int(self.sandbox.send(person, chat, text, **how)["message_id"])

    async def card(self, words: str, *, but: int = 0, chat: int = DESK) -> Message:
        """The message with buttons that shows these words, once it is there and known; but: not this one."""
        found = await self._wait(lambda: self._find(words, chat, but))
        if chat == DESK:
            await self.until(lambda tx: cards.at(tx, chat, found["message_id"]))
        return found

    def cards(self, words: str, chat: int = DESK) -> list[Message]:
        """All messages with buttons that show these words now."""
        return [seen for seen in self.sandbox.messages(chat) if words in text_of(seen) and "reply_markup" in seen]

    async def message(self, words: str, chat: int) -> Message:
        """The newest message of the bot with these words, once it is there."""
        return await self._wait(lambda: self._said(words, chat))

    async def shows(self, message: Message, *words: str) -> Message:
        """The same message, once it shows all these words."""
        chat, number = message["chat"]["id"], message["message_id"]

        def now() -> Message | None:
            seen = self.sandbox.message(chat, number)
            return seen if all(word in text_of(seen) + labels(seen) for word in words) else None

        return await self._wait(now)

    async def gone(self, chat: int, number: int) -> None:
        """Return once this message is deleted."""
        await self.sandbox.wait_for(lambda: number in self.sandbox.deleted(chat), PATIENCE)

    async def tap(self, person: int, message: Message, button: str = "", data: str | None = None) -> Answer:
        """A person presses a button of a message; the answer they see."""
        return await self.sandbox.tap(person, message["chat"]["id"], message["message_id"], button, data)

    async def review(self, person: int) -> Message:
        """A person begins a review in private; the message, once it is there."""
        before = {seen["message_id"] for seen in self.sandbox.messages(person)}
        self.write("/review", person, person)

        def fresh() -> Message | None:
            new = [seen for seen in self.sandbox.messages(person) if seen["message_id"] not in before]
            return next((seen for seen in new if "reply_markup" in seen), None)

        return await self._wait(fresh)

    async def until(self, holds: Callable[[Transaction], Awaitable[T]]) -> T:
        """What the database says, once it says anything true."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            async with self.database.read() as tx:
                if found := await holds(tx):
                    return found
            await asyncio.sleep(0.02)
        raise TimeoutError(f"the database never came to say what {holds} waits for")

    @contextlib.asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Another program holds the SQLite file locked."""
        file = make_url(self.settings.database_url).database or ""
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        try:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            yield
        finally:
            other.close()

    def check_manners(self) -> None:
        """Telegram had nothing to complain about."""
        assert self.sandbox.violations == []
        assert self.sandbox.problems == []

    async def _wait(self, find: Callable[[], T | None]) -> T:
        found = await self.sandbox.wait_for(find, PATIENCE)
        assert found is not None
        return found

    def _find(self, words: str, chat: int, but: int) -> Message | None:
        return next((seen for seen in self.cards(words, chat) if seen["message_id"] != but), None)

    def _said(self, words: str, chat: int) -> Message | None:
        said = [seen for seen in self.sandbox.messages(chat) if seen.get("from", {}).get("is_bot")]
        return next((seen for seen in reversed(said) if words in text_of(seen)), None)


@contextlib.asynccontextmanager
async def open_newsroom(
    database_url: str, *, speed: float = SPEED, start: bool = True, **settings: Any
) -> AsyncIterator[Newsroom]:
    """A newsroom on this database, working unless start is False; settings: what differs from the usual."""
    async with Sandbox(speed=speed) as sandbox, connect(database_url) as database:
        populate(sandbox)
        usual: dict[str, Any] = {
            "bot_token": sandbox.token,
            "telegram_api": sandbox.url,
            "telegram_speed": speed,
            "database_url": database_url,
            "owner_id": OLGA,
            "moderators": [ANNA, BEN],
            "chat_id": DESK,
            "sources": [{"name": "readers", "chat_id": READERS, "mode": "act"}],
            "undo_seconds": 0.3,
        }
        newsroom = Newsroom(sandbox, Settings(**(usual | settings)), database)
        try:
            if start:
                await newsroom.start()
            yield newsroom
        finally:
            newsroom.model.go_on.set()
            await newsroom.stop()


def populate(sandbox: Sandbox) -> None:
    """The people and the two chats."""
    for number, name in ((OLGA, "Olga"), (ANNA, "Anna"), (BEN, "Ben"), (RITA, "Rita"), (STAN, "Stan")):
        sandbox.add_person(number, name)
    sandbox.add_group(DESK, "Moderators")
    sandbox.add_group(READERS, "Readers")
    for number in (OLGA, ANNA, BEN):
        sandbox.join(number, DESK)
    sandbox.join(RITA, READERS)


def text_of(message: Message) -> str:
    """A message's text, or its caption."""
    return str(message.get("text", message.get("caption", "")))


def labels(message: Message) -> str:
    """The words on a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return " | ".join(button["text"] for row in rows for button in row)

"""A newsroom in the sandbox: its moderators' chat, its channel with a discussion, and the service at work."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import service
from bot.sandbox import Sandbox
from bot.settings import Settings
from moderation.comment import Comment

ANNA, BEN, OTTO = 1000, 1001, 1002
"""The owner, a second moderator, and somebody who is neither."""
MODERATORS = -1001000000001
READERS = -1001000000002
CHANNEL = -1001000000003


@dataclass
class Newsroom:
    """The sandbox and what was written in it."""

    sandbox: Sandbox
    articles: dict[str, int] = field(default_factory=dict)
    """An article's title -> its copy in the readers' group."""
    readers: dict[str, int] = field(default_factory=dict)
    """A reader's name -> their id."""
    written: dict[str, int] = field(default_factory=dict)
    """A comment's external id -> its message in the readers' group."""

    def write(self, comment: Comment) -> int:
        """A reader writes this comment below its article; the message's id."""
        answers = self.written.get(comment.parent_id) or self._article(comment)
        message = self.sandbox.send(
            self._reader(comment.author or "?"),
            READERS,
            comment.text[:4096],
            reply_to=answers,
            thread=self._article(comment),
        )
        number = int(message["message_id"])
        self.written[comment.external_id] = number
        return number

    def _reader(self, name: str) -> int:
        if name not in self.readers:
            self.readers[name] = 2000 + len(self.readers)
            self.sandbox.add_person(self.readers[name], name)
            self.sandbox.join(self.readers[name], READERS)
        return self.readers[name]

    def _article(self, comment: Comment) -> int:
        title = comment.thread.title or "Letters to the editor"
        if title not in self.articles:
            self.sandbox.post(CHANNEL, title)
            self.articles[title] = int(self.sandbox.messages(READERS)[-1]["message_id"])
        return self.articles[title]


@asynccontextmanager
async def open_newsroom(
    *, port: int = 0, speed: float = 1.0, language: str = "en", zone: ZoneInfo | None = None, undo: float = 10
) -> AsyncIterator[Newsroom]:
    """A newsroom with the service running in it, on a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="flagdesk-demo-") as folder:
        async with Sandbox(port=port, speed=speed) as sandbox:
            _furnish(sandbox)
            given = {"language": language, "time_zone": zone or ZoneInfo("UTC"), "undo_seconds": undo}
            settings = _settings(sandbox, Path(folder), telegram_speed=speed, **given)
            ready = asyncio.Event()
            running = asyncio.create_task(service.run(settings, ready))
            try:
                await _either(running, ready)
                yield Newsroom(sandbox)
            finally:
                running.cancel()
                await asyncio.wait({running})


async def _either(running: "asyncio.Task[None]", ready: asyncio.Event) -> None:
    """Until the service is ready, or has failed to start."""
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        running.result()


def _furnish(sandbox: Sandbox) -> None:
    for person_id, name in ((ANNA, "Anna"), (BEN, "Ben"), (OTTO, "Otto")):
        sandbox.add_person(person_id, name)
    sandbox.add_group(MODERATORS, "Moderators")
    sandbox.add_channel(CHANNEL, "The Local Paper")
    sandbox.add_group(READERS, "The Local Paper: readers", linked_channel=CHANNEL)
    for person_id in (ANNA, BEN, OTTO):
        sandbox.join(person_id, MODERATORS)


def _settings(sandbox: Sandbox, folder: Path, **given: Any) -> Settings:
    """Settings of the demonstration alone: the prefix keeps the operator's own out of it."""
    readers = {"name": "readers", "chat_id": READERS, "mode": "act", "restore": True}
    values: dict[str, Any] = {
        "_env_prefix": "FLAGDESK_DEMO_",
        "bot_token": sandbox.token,
        "owner_id": ANNA,
        "moderators": (BEN,),
        "chat_id": MODERATORS,
        "sources": [readers],
        "telegram_api": sandbox.url,
        "database_url": f"sqlite:///{folder}/flagdesk.db",
    }
    return Settings(**values, **given)

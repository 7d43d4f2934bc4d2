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


@dataclass(frozen=True)
class Names:
    """What people and places are called here."""

    moderators: str
    paper: str
    readers: str
    letters: str
    """Where comments stand that have no article."""
    owner: str
    moderator: str
    outsider: str
    reader: str


NAMES = {
    "en": Names(
        *("Moderators", "The Local Paper", "Readers’ comments", "Letters to the editor"),
        *("Runs the bot", "Moderator", "No moderator", "Readers"),
    ),
    "de": Names(
        *("Moderation", "Die Lokalzeitung", "Leserkommentare", "Leserbriefe"),
        *("Betreibt den Bot", "Moderator", "Kein Moderator", "Leser"),
    ),
}


@dataclass
class Newsroom:
    """The sandbox and what was written in it."""

    sandbox: Sandbox
    language: str = "en"
    articles: dict[str, int] = field(default_factory=dict)
    """An article's title -> its copy in the readers' group."""
    readers: dict[str, int] = field(default_factory=dict)
    """A reader's name -> their id."""
    written: dict[tuple[str, str], int] = field(default_factory=dict)
    """A comment's source and external id -> its message in the readers' group."""

    def write(self, comment: Comment) -> int:
        """A reader writes this comment below its article; the message's id."""
        article = self._article(comment)
        answers = (self.written.get((comment.source, comment.parent_id), article), article)
        gone = self.sandbox.deleted(READERS)
        message = self.sandbox.send(
            self._reader(comment.author[:64].strip() or "?"),
            READERS,
            comment.text[:4096],
            reply_to=next((number for number in answers if number not in gone), None),
            thread=article,
        )
        number = int(message["message_id"])
        self.written[comment.source, comment.external_id] = number
        return number

    def _reader(self, name: str) -> int:
        if name not in self.readers:
            self.readers[name] = 2000 + len(self.readers)
            self.sandbox.add_person(self.readers[name], name, note=_names(self.language).reader)
            self.sandbox.join(self.readers[name], READERS, quietly=True)
        return self.readers[name]

    def _article(self, comment: Comment) -> int:
        title = comment.thread.title[:200].strip() or _names(self.language).letters
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
            _furnish(sandbox, _names(language))
            given = {"language": language, "time_zone": zone or ZoneInfo("UTC"), "undo_seconds": undo}
            settings = _settings(sandbox, Path(folder), telegram_speed=speed, **given)
            ready = asyncio.Event()
            running = asyncio.create_task(service.run(settings, ready))
            try:
                await _either(running, ready)
                yield Newsroom(sandbox, language)
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


def _names(language: str) -> Names:
    return NAMES.get(language, NAMES["en"])


def _furnish(sandbox: Sandbox, names: Names) -> None:
    sandbox.add_person(ANNA, "Anna", note=names.owner)
    sandbox.add_person(BEN, "Ben", note=names.moderator)
    sandbox.add_person(OTTO, "Otto", note=names.outsider)
    sandbox.add_group(MODERATORS, names.moderators)
    sandbox.add_channel(CHANNEL, names.paper)
    sandbox.add_group(READERS, names.readers, linked_channel=CHANNEL)
    for person_id in (ANNA, BEN, OTTO):
        sandbox.join(person_id, MODERATORS, quietly=True)
        sandbox.join(person_id, READERS, quietly=True)


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

"""What everything in the Telegram part works with: settings, database, chat, texts, and who may do what."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram import User

from bot.settings import Settings
from bot.telegram.chat import Chat
from bot.telegram.texts import Texts
from bot.terms import terms
from db.engine import Database
from db.verdicts import Terms
from moderation.comment import Person
from moderation.scoring import Scorer
from moderation.sources import Source


@dataclass(slots=True)
class Desk:
    """One running service, put together by bot/service.py."""

    settings: Settings
    database: Database
    chat: Chat
    texts: Texts
    scorer: Scorer
    sources: Mapping[str, Source]
    me: User
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became supergroups: old id -> new id."""
    admins: dict[int, tuple[frozenset[int], datetime | None]] = field(default_factory=dict)
    """Moderated group -> its administrators, and when Telegram said so."""
    linked: dict[int, int | None] = field(default_factory=dict)
    """Moderated group -> the channel whose discussion it is."""
    comments: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when comments have come in."""
    effects: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when effects are wanted."""

    @property
    def chat_id(self) -> int:
        """The moderators' chat, wherever it has moved."""
        return self.current(self.settings.chat_id or 0)

    @property
    def claim(self) -> timedelta:
        return timedelta(minutes=self.settings.claim_minutes)

    def current(self, chat_id: int) -> int:
        """A chat's id now."""
        return self.moved.get(chat_id, chat_id)

    def is_staff(self, person_id: int) -> bool:
        """Whether this person may decide. The person is asked for, never the chat."""
        return person_id == self.settings.owner_id or person_id in self.settings.moderators

    def terms(self) -> Terms:
        return terms(self.settings)


def person(user: User) -> Person:
    """A Telegram user as the person whose name stands on the record."""
    return Person(user.id, user.full_name[:100])

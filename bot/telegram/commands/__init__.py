"""Chat commands: one file for each. Its name is the command, its respond() the answer, its ABOUT the menu's line."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from bot.telegram.cards import Message
from bot.telegram.desk import Desk
from moderation.comment import Person


@dataclass(frozen=True, slots=True)
class Call:
    """One command as a person gave it."""

    update_id: int
    name: str
    argument: str
    person: Person
    chat_id: int
    message_id: int
    topic: int | None

    @property
    def is_private(self) -> bool:
        return self.chat_id == self.person.id


class Command(Protocol):
    """What a file in this package offers."""

    ABOUT: Mapping[str, str]
    """What it is for, per language, in a few words; empty: not in the menu."""
    RANK: int
    """Its place in the menu, lowest first."""

    async def respond(self, desk: Desk, call: Call) -> Message | None:
        """Do it; the message to answer with, or None when the answer comes another way."""


@cache
def commands() -> Mapping[str, Command]:
    """Every command by its name, in the menu's order."""
    found: dict[str, Command] = {name: import_module(f"{__name__}.{name}") for _, name, _ in iter_modules(__path__)}
    return dict(sorted(found.items(), key=lambda item: item[1].RANK))


def menu(language: str) -> list[tuple[str, str]]:
    """Command and description, for Telegram's menu and for /help."""
    return [(name, command.ABOUT[language]) for name, command in commands().items() if command.ABOUT]

"""The record of what the bot called, and what a tap was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: `at` by the sandbox's clock, `fault` if one was injected.

    `params` are decoded by their declared types (raw where the call was malformed or refused by a fault); an uploaded
    file is only noted with its size.
    """

    method: str
    params: Mapping[str, Any]
    at: datetime
    status: int
    """The status that went out; 0: no answer went out (faults "timeout" and "lost")."""
    fault: str = ""
    description: str = ""
    """Telegram's words for what went wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A call that is wrong whatever the state of the chats: unknown parameter, wrong type, broken HTML..."""

    method: str
    description: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method}: {self.description}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who tapped a button sees; `seconds` is real time from the tap."""

    text: str
    show_alert: bool
    seconds: float
    url: str = ""
